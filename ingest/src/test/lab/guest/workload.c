// workload [PROCESSES] - fills a guest with processes whose address spaces differ on purpose.
// Creates /tmp/ready once every child has touched its memory; from then on nothing of it runs, until SIGUSR1 makes it end
// its next 20 children, of which it leaves every other one a zombie. Its process id is in /tmp/workload.pid.
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif

enum { READ_WRITE = PROT_READ | PROT_WRITE, ANONYMOUS = MAP_PRIVATE | MAP_ANONYMOUS, FILE_PAGES = 512, SHARED_PAGES = 256 };

static long page;

static void *idle_thread(void *number) {
  char name[16];
  snprintf(name, sizeof name, "wl-thr-%ld", (long)number);
  prctl(PR_SET_NAME, name);
  pause();
  return NULL;
}

static char *anonymous(void *where, size_t bytes, int flags) {
  char *at = mmap(where, bytes, READ_WRITE, ANONYMOUS | flags, -1, 0);
  if (at == MAP_FAILED) return NULL;
  return at;
}

// Memory that the kernel must hold in single pages.
static char *small_pages(void *where, size_t bytes, int flags) {
  char *at = anonymous(where, bytes, flags);
  if (at) madvise(at, bytes, MADV_NOHUGEPAGE);
  return at;
}

static void child(int number, char *shared, int file) {
  volatile char sink = 0;
  char name[16];
  snprintf(name, sizeof name, "wl-%03d", number);
  prctl(PR_SET_NAME, name);
  srand(number * 7919 + 1);

  long pages = 32 + rand() % 256;  // every fourth page of a mapping
  char *sparse = small_pages(NULL, pages * page * 4, MAP_NORESERVE);
  for (long i = 0; sparse && i < pages; i++) sparse[i * page * 4] = i + 1;

  for (int k = 0; k < 3; k++) {  // far apart, so that upper tables multiply
    char *far = small_pages((void *)((0x10UL + number + k * 64) << 32), 8 * page, MAP_FIXED_NOREPLACE);
    for (int i = 0; far && i < 8; i += 2) far[i * page] = 1;
  }

#ifdef __x86_64__
  // Up to the last addresses of 5 levels, where there are these.
  for (int bit = 47; number % 9 == 1 && bit < 56; bit++) {
    char *high = small_pages((void *)((2UL << bit) - 4 * page), 2 * page, MAP_FIXED_NOREPLACE);
    if (high) high[page] = 1;
  }
#endif

  int writer = number % 2;  // file pages, shared and writable or private and read-only
  char *mapped = mmap(NULL, FILE_PAGES * page, PROT_READ | (writer ? PROT_WRITE : 0), writer ? MAP_SHARED : MAP_PRIVATE, file, 0);
  if (mapped != MAP_FAILED)
    for (int i = 0; i < FILE_PAGES; i += 1 + number % 5) sink += mapped[i * page];
  for (int i = 0; i < 32; i++) sink += shared[i * page];
  shared[number % SHARED_PAGES * page] = number;

  if (number % 8 == 0) {  // a transparent huge page
    size_t huge = 2UL << 20;
    char *room = anonymous(NULL, huge * 4, 0);
    char *aligned = (char *)(((unsigned long)room + huge - 1) & ~(huge - 1));
    if (room && madvise(aligned, huge, MADV_HUGEPAGE) == 0) memset(aligned, number, huge);
  }
  char *guard = anonymous(NULL, 16 * page, 0);  // touched, then PROT_NONE: the valid bit clear, yet present
  if (guard) {
    memset(guard, 1, 16 * page);
    mprotect(guard, 8 * page, PROT_NONE);
  }
  if (number % 7 == 0) {  // swapped out, where there is a swap device
    char *cold = small_pages(NULL, 32 * page, 0);
    if (cold) {
      memset(cold, number, 32 * page);
      madvise(cold, 32 * page, MADV_PAGEOUT);
    }
  }
  if (number % 11 == 0) mmap(NULL, page, READ_WRITE | PROT_EXEC, ANONYMOUS | MAP_POPULATE, -1, 0);  // writable and executable
  if (number % 10 == 0)
    for (long i = 0; i < 3; i++) {
      pthread_t thread;
      pthread_create(&thread, NULL, idle_thread, (void *)i);
    }
  if (number % 16 == 0 && sparse) mlock(sparse, 4 * page);
}

static void ready(void) { close(open("/tmp/ready", O_CREAT | O_WRONLY, 0644)); }

static void end_children(pid_t *children, int count) {
  for (int i = 0; i < count; i++) {
    siginfo_t ended;
    kill(children[i], SIGKILL);
    if (i % 2) waitpid(children[i], NULL, 0);
    else waitid(P_PID, children[i], &ended, WEXITED | WNOWAIT);
  }
}

int main(int argc, char **argv) {
  int processes = argc > 1 ? atoi(argv[1]) : 120, settled[2];
  page = sysconf(_SC_PAGESIZE);
  int memfd = memfd_create("wl-shared", 0);
  if (memfd < 0 || ftruncate(memfd, SHARED_PAGES * page)) return 1;
  char *shared = mmap(NULL, SHARED_PAGES * page, READ_WRITE, MAP_SHARED, memfd, 0);
  if (shared == MAP_FAILED) return 1;
  memset(shared, 0x5a, SHARED_PAGES * page);
  int file = open("/tmp/wl.dat", O_RDWR | O_CREAT, 0644);
  if (file < 0 || ftruncate(file, FILE_PAGES * page)) return 1;
  for (long i = 0; i < FILE_PAGES; i++)
    if (pwrite(file, &i, sizeof i, i * page) < 0) return 1;
  if (pipe(settled)) return 1;
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGUSR1);
  sigprocmask(SIG_BLOCK, &signals, NULL);
  pid_t *children = calloc(processes + 1, sizeof *children);
  for (int i = 0; i < processes; i++)
    if ((children[i] = fork()) == 0) {
      child(i, shared, file);
      if (write(settled[1], "x", 1) < 0) _exit(1);
      for (;;) pause();
    }
  for (int i = 0; i < processes; i++) {
    char byte;
    if (read(settled[0], &byte, 1) < 0) return 1;
  }
  for (int i = 0; i < 3; i++)  // zombies
    if (fork() == 0) _exit(0);
  usleep(200000);
  FILE *pid = fopen("/tmp/workload.pid", "w");
  if (!pid || fprintf(pid, "%d\n", getpid()) < 0 || fclose(pid)) return 1;
  ready();
  for (int gone = 0, signal; sigwait(&signals, &signal) == 0;) {
    int count = processes - gone < 20 ? processes - gone : 20;
    end_children(children + gone, count);
    gone += count;
    ready();
  }
}
