"""Calls on TCP sockets as JSON on standard input: [[["open",0],["bind",0,"0.0.0.0",7001],…],…]; what each answered."""
import errno
import json
import socket
import sys


def answer(sockets, call):
    name, index, *args = call
    if name == 'open':
        sockets[index] = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        return ''
    one = sockets.get(index)
    if one is None:
        return 'none'
    try:
        if name == 'reuse':
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, args[0])
        elif name == 'reuseport':
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, args[0])
        elif name == 'device':
            one.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, args[0].encode())
        elif name == 'bind':
            one.bind((args[0], args[1]))
        elif name == 'listen':
            one.listen(args[0])
        elif name == 'connect':
            one.connect((args[0], args[1]))
        elif name == 'shutdown':
            one.shutdown(args[0])
        elif name == 'close':
            one.close()
            del sockets[index]
        elif name == 'name':
            return '%s:%d' % one.getsockname()
    except TimeoutError:
        return 'ETIMEDOUT'
    except OSError as error:
        return errno.errorcode.get(error.errno, str(error))
    return ''


def run(calls):
    sockets = {}
    answers = [answer(sockets, call) for call in calls]
    for one in sockets.values():
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b'\1\0\0\0\0\0\0\0')
        one.close()
    return answers


print(json.dumps([run(calls) for calls in json.load(sys.stdin)]))
