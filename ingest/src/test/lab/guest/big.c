// big PROCESSES MIB SHARED_MIB - fills a large guest: each process touches MIB of private pages and all of one shared file.
// All of them fault at once, so their frames interleave. Three in four take single pages, one in four may take huge ones.
// Creates /tmp/ready once every page has been touched.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

static void child(int number, long bytes, int file, long shared_bytes) {
  long page = sysconf(_SC_PAGESIZE);
  volatile char sink = 0;
  char name[16];
  snprintf(name, sizeof name, "big-%03d", number);
  prctl(PR_SET_NAME, name);
  char *own = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  char *shared = mmap(NULL, shared_bytes, PROT_READ, MAP_SHARED, file, 0);
  if (own == MAP_FAILED || shared == MAP_FAILED) _exit(1);
  if (number % 4) madvise(own, bytes, MADV_NOHUGEPAGE);
  for (long at = 0; at < bytes; at += page) own[at] = number;
  for (long at = 0; at < shared_bytes; at += page) sink += shared[at];
}

int main(int argc, char **argv) {
  if (argc != 4) return fputs("usage: big PROCESSES MIB SHARED_MIB\n", stderr), 2;
  int processes = atoi(argv[1]), settled[2];
  long bytes = atol(argv[2]) << 20, shared_bytes = atol(argv[3]) << 20;
  int file = memfd_create("lib", 0);
  if (file < 0 || ftruncate(file, shared_bytes) || pipe(settled)) return 1;
  char *shared = mmap(NULL, shared_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (shared == MAP_FAILED) return 1;
  memset(shared, 7, shared_bytes);
  for (int i = 0; i < processes; i++)
    if (fork() == 0) {
      child(i, bytes, file, shared_bytes);
      if (write(settled[1], "x", 1) < 0) _exit(1);
      for (;;) pause();
    }
  for (int i = 0; i < processes; i++) {
    char byte;
    if (read(settled[0], &byte, 1) < 0) return 1;
  }
  close(open("/tmp/ready", O_CREAT | O_WRONLY, 0644));
  for (;;) pause();
}
