/** What a listening socket has beside: its requests and its accept queue (struct request_sock_queue). */
export class TcpListener {
  backlogMax = 0;
}
