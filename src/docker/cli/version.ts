/**
 * `docker version`. Twin of docker/cli's system/version.go, with the words of Debian's build of 20.10.24, and of 29.7.2
 * built from its sources, which does not know every commit.
 */
import type { Command } from './command.ts';
import { VERSION_FORM } from './options/system.ts';

const BUILT = 'Thu May  7 21:09:36 2026';

const TEXT = `Client:
 Version:           20.10.24+dfsg1
 API version:       1.41
 Go version:        go1.19.8
 Git commit:        297e128
 Built:             ${BUILT}
 OS/Arch:           linux/amd64
 Context:           default
 Experimental:      true

Server:
 Engine:
  Version:          20.10.24+dfsg1
  API version:      1.41 (minimum version 1.12)
  Go version:       go1.19.8
  Git commit:       5d6db84
  Built:            ${BUILT}
  OS/Arch:          linux/amd64
  Experimental:     false
 containerd:
  Version:          1.6.20~ds1
  GitCommit:        1.6.20~ds1-1+deb12u3
 runc:
  Version:          1.1.5+ds1
  GitCommit:        1.1.5+ds1-1+deb12u1
 docker-init:
  Version:          0.19.0
  GitCommit:        
`;

const BUILT_29 = 'Wed Aug  5 18:24:27 2026';

const TEXT_29 = `Client:
 Version:           29.7.2
 API version:       1.55
 Go version:        go1.26.5
 Git commit:        unknown-commit
 Built:             ${BUILT_29}
 OS/Arch:           linux/amd64
 Context:           default

Server:
 Engine:
  Version:          29.7.2
  API version:      1.55 (minimum version 1.40)
  Go version:       go1.26.5
  Git commit:       6a43e3d
  Built:            ${BUILT_29}
  OS/Arch:          linux/amd64
  Experimental:     false
 containerd:
  Version:          v2.3.3
  GitCommit:        
 runc:
  Version:          1.4.3
  GitCommit:        
 docker-init:
  Version:          0.19.0
  GitCommit:        
`;

export const VERSION: Command = {
  ...VERSION_FORM,
  run: ({ proc, engine }) => {
    proc.write(engine.version.name === '29' ? TEXT_29 : TEXT);
    return 0;
  },
};
