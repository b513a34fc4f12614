// kinds.h - for a program that has one process, at least, for each of many kinds of thing: starts them one after the other, and
// creates /tmp/ready once all of them have settled.
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <unistd.h>

#define HUGE (2UL << 20)

enum { RW = PROT_READ | PROT_WRITE, ANON = MAP_PRIVATE | MAP_ANONYMOUS };

static long page;
static int settled[2];

static _Noreturn void settle(void) {
  if (write(settled[1], "x", 1) < 0) _exit(1);
  for (;;) pause();
}

static char *map(size_t bytes, int prot, int flags, int file) {
  char *at = mmap(NULL, bytes, prot, flags, file, 0);
  return at == MAP_FAILED ? NULL : at;
}

static void touch(char *at, long pages) {
  for (long i = 0; at && i < pages; i++) at[i * page] = i + 1;
}

// Runs each kind in a process NAME-NN, then stays.
static int run_kinds(const char *name, void (*const kinds[])(void), int count) {
  page = sysconf(_SC_PAGESIZE);
  if (pipe(settled)) return 1;
  for (int i = 0; i < count; i++) {
    pid_t pid = fork();
    if (pid == 0) {
      char own[16];
      snprintf(own, sizeof own, "%s-%02d", name, i);
      prctl(PR_SET_NAME, own);
      kinds[i]();
      settle();
    }
    // One after the other, however slow the machine is; a kind that died has settled as well, and is left as it lies.
    for (;;) {
      char byte;
      siginfo_t died = {0};
      fd_set ready;
      FD_ZERO(&ready);
      FD_SET(settled[0], &ready);
      struct timeval pause = {1, 0};
      if (select(settled[0] + 1, &ready, NULL, NULL, &pause) == 1) {
        if (read(settled[0], &byte, 1) < 0) return 1;
        break;
      }
      if (waitid(P_PID, pid, &died, WEXITED | WNOHANG | WNOWAIT) == 0 && died.si_pid == pid) {
        printf("%s: kind %d died\n", name, i);
        break;
      }
    }
  }
  close(open("/tmp/ready", O_CREAT | O_WRONLY, 0644));
  for (;;) pause();
}
