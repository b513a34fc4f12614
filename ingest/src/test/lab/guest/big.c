// big PROCESSES MIB SHARED_MIB - fills a large guest: each process touches MIB of private pages and all of one shared file.
// All of them fault at once, so their frames interleave. Three in four take single pages, one in four may take huge ones.
// Creates /tmp/ready once every page has been touched. Its process id is in /tmp/big.pid; SIGUSR1 makes five in eight of the
// processes change much, all at once, after which it creates /tmp/ready again:
//   number % 8 = 0   gives up the first half of its memory and touches half of that again
//   number % 8 = 1   writes to all of its own pages
//   number % 8 = 2   makes the first third of its memory read-only
//   number % 8 = 3   maps and touches 2 MiB more
//   number % 8 = 4   unmaps the last quarter of its memory
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { MORE = 2 << 20 };

static long page;

static char *map(long bytes) {
  char *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) _exit(1);
  return at;
}

static void touch(char *from, long bytes, int value) {
  for (long at = 0; at < bytes; at += page) from[at] = value;
}

static long part(long bytes, int of) { return bytes / of / page * page; }

static char *fill(int number, long bytes, int file, long shared_bytes) {
  volatile char sink = 0;
  char name[16];
  snprintf(name, sizeof name, "big-%03d", number);
  prctl(PR_SET_NAME, name);
  char *own = map(bytes);
  char *shared = mmap(NULL, shared_bytes, PROT_READ, MAP_SHARED, file, 0);
  if (shared == MAP_FAILED) _exit(1);
  if (number % 4) madvise(own, bytes, MADV_NOHUGEPAGE);
  touch(own, bytes, number);
  for (long at = 0; at < shared_bytes; at += page) sink += shared[at];
  return own;
}

static void change(int number, char *own, long bytes) {
  switch (number % 8) {
    case 0:
      madvise(own, part(bytes, 2), MADV_DONTNEED);
      touch(own, part(bytes, 4), number);
      break;
    case 1: touch(own, bytes, number + 1); break;
    case 2: mprotect(own, part(bytes, 3), PROT_READ); break;
    case 3: touch(map(MORE), MORE, number); break;
    case 4: munmap(own + bytes - part(bytes, 4), part(bytes, 4)); break;
  }
}

// Waits for a byte from every process.
static int all_have(int settled, int processes) {
  char byte;
  for (int i = 0; i < processes; i++)
    if (read(settled, &byte, 1) != 1) return 0;
  return 1;
}

static void ready(void) { close(open("/tmp/ready", O_CREAT | O_WRONLY, 0644)); }

int main(int argc, char **argv) {
  if (argc != 4) return fputs("usage: big PROCESSES MIB SHARED_MIB\n", stderr), 2;
  int processes = atoi(argv[1]), settled[2], go[2], number;
  long bytes = atol(argv[2]) << 20, shared_bytes = atol(argv[3]) << 20;
  page = sysconf(_SC_PAGESIZE);
  int file = memfd_create("lib", 0);
  if (file < 0 || ftruncate(file, shared_bytes) || pipe(settled) || pipe(go)) return 1;
  char *shared = mmap(NULL, shared_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (shared == MAP_FAILED) return 1;
  memset(shared, 7, shared_bytes);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGUSR1);
  sigprocmask(SIG_BLOCK, &signals, NULL);
  for (int i = 0; i < processes; i++)
    if (fork() == 0) {
      char byte;
      close(go[1]);
      char *own = fill(i, bytes, file, shared_bytes);
      if (write(settled[1], "x", 1) < 0) _exit(1);
      if (read(go[0], &byte, 1) == 0) change(i, own, bytes);  // its end: told to all
      if (write(settled[1], "x", 1) < 0) _exit(1);
      for (;;) pause();
    }
  if (!all_have(settled[0], processes)) return 1;
  FILE *pid = fopen("/tmp/big.pid", "w");
  if (!pid || fprintf(pid, "%d\n", getpid()) < 0 || fclose(pid)) return 1;
  ready();
  if (sigwait(&signals, &number)) return 1;
  close(go[1]);
  if (!all_have(settled[0], processes)) return 1;
  do ready();
  while (sigwait(&signals, &number) == 0);
}
