// odd - one process, at least, for each thing that is rare, legal, and easily got wrong. What a kernel refuses is left out.
// Creates /tmp/ready once all of them have settled.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/perf_event.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __x86_64__
#include <asm/ldt.h>
#endif

#include "kinds.h"

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif
#define MADV_GUARD_INSTALL_SINCE_6_13 102
#define MEMFD_SECRET 447
#define PR_SET_VMA_SINCE_5_17 0x53564d41

static void print_to(const char *path, const char *text) {
  int file = open(path, O_WRONLY);
  if (file < 0) return;
  if (write(file, text, strlen(text)) < 0) perror(path);
  close(file);
}

#ifdef __x86_64__
enum { HIGHEST_BIT = 55, LAST_BITS = 56 };
// The VGA window, the BIOS, a place in the PCI hole where nothing is, the HPET, the local APIC.
static const long device_at[] = {0xa0000, 0xf0000, 0xe0000000, 0xfed00000, 0xfee00000};
#else
enum { HIGHEST_BIT = 51, LAST_BITS = 48 };
// Of machine virt: the clock, the GPIO, PCIe's windows.
static const long device_at[] = {0x09010000, 0x09030000, 0x0a000000, 0x10000000, 0x3eff0000};
#endif

// Maps a file of that name, made for it.
static void map_file(const char *path, int then_delete) {
  int file = open(path, O_RDWR | O_CREAT, 0644);
  if (file < 0 || ftruncate(file, 3 * page)) return;
  touch(map(3 * page, RW, MAP_SHARED, file), 2);
  if (then_delete) unlink(path);
}

// ---- memory

static void hugetlb(void) {  // 2 MiB blocks, and 64 KiB in contiguous entries; the rest of each reserved, not touched
  print_to("/proc/sys/vm/nr_hugepages", "6");
  print_to("/sys/kernel/mm/hugepages/hugepages-64kB/nr_hugepages", "8");
  char *shared = map(2 * HUGE, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_HUGETLB | 21 << 26, -1);
  if (shared) *shared = 1;
  char *own = map(2 * HUGE, RW, ANON | MAP_HUGETLB | 21 << 26, -1);
  if (own) own[HUGE] = 1;
  char *contiguous = map(4 << 16, RW, ANON | MAP_HUGETLB | 16 << 26, -1);
  if (contiguous) contiguous[1 << 16] = 1;
}

static void huge_without_access(void) {  // a block whose valid bit is clear, beside one split by mprotect
  char *room = map(4 * HUGE, RW, ANON, -1);
  if (!room) return;
  char *at = (char *)(((unsigned long)room + HUGE - 1) & ~(HUGE - 1));
  madvise(at, 2 * HUGE, MADV_HUGEPAGE);
  touch(at, 2 * HUGE / page);
  mprotect(at, HUGE, PROT_NONE);
  mprotect(at + HUGE + 8 * page, page, PROT_READ);
}

static void highest_addresses(void) {  // past 48 bits where the guest has them
  for (int bit = 36; bit <= HIGHEST_BIT; bit++) {
    char *at = mmap((void *)(1UL << bit), 2 * page, RW, ANON, -1, 0);
    if (at != MAP_FAILED) touch(at, 1);
  }
  char *last = mmap((void *)((1UL << LAST_BITS) - 4 * page), 2 * page, RW, ANON, -1, 0);
  if (last != MAP_FAILED) touch(last, 2);
}

static void many_vmas(void) {  // a maple tree of several levels
  char *at = map(4000 * page, PROT_READ, ANON | MAP_NORESERVE, -1);
  for (long i = 0; at && i < 4000; i += 2) {
    mprotect(at + i * page, page, RW);
    if (i % 64 == 0) at[i * page] = 1;
  }
}

static void survive(int signal) { (void)signal; }  // the kernel's word that a dirty page is lost

static void markers(void) {  // entries that are neither pages nor swap: guard regions, poisoned pages
  char *at = map(16 * page, RW, ANON, -1);
  touch(at, 16);
  madvise(at + 2 * page, 3 * page, MADV_GUARD_INSTALL_SINCE_6_13);
  signal(SIGBUS, survive);
  madvise(at + 9 * page, page, MADV_HWPOISON);
}

static void swapped(void) {  // private and shared pages out, some of them back
  char *own = map(64 * page, RW, ANON, -1);
  madvise(own, 64 * page, MADV_NOHUGEPAGE);
  touch(own, 64);
  madvise(own, 64 * page, MADV_PAGEOUT);
  for (int i = 0; i < 64; i += 9) own[i * page]++;
  char *shared = map(32 * page, RW, MAP_SHARED | MAP_ANONYMOUS, -1);
  touch(shared, 32);
  madvise(shared, 32 * page, MADV_PAGEOUT);
}

static void special_mappings(void) {
  int id = shmget(IPC_PRIVATE, 4 * page, IPC_CREAT | 0600);
  char *segment = id < 0 ? (char *)-1 : shmat(id, NULL, 0);
  if (segment != (char *)-1) touch(segment, 3);
  shmctl(id, IPC_RMID, NULL);

  int zero = open("/dev/zero", O_RDWR);
  touch(map(4 * page, RW, MAP_SHARED, zero), 2);
  touch(map(4 * page, RW, MAP_PRIVATE, zero), 2);

  int secret = syscall(MEMFD_SECRET, 0);  // its pages leave the kernel's linear map
  if (secret >= 0 && ftruncate(secret, 4 * page) == 0) touch(map(4 * page, RW, MAP_SHARED, secret), 3);

  struct perf_event_attr attr = {.type = PERF_TYPE_SOFTWARE, .size = sizeof attr, .config = PERF_COUNT_SW_DUMMY};
  int perf = syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);
  if (perf >= 0) touch(map(3 * page, RW, MAP_SHARED, perf), 1);

  char *named = map(4 * page, RW, ANON, -1);
  touch(named, 2);
  prctl(PR_SET_VMA_SINCE_5_17, 0, named, 4 * page, "of my own");

  char *down = mmap(NULL, 4 * page, RW, ANON | MAP_GROWSDOWN, -1, 0);
  if (down != MAP_FAILED) down[3 * page] = 1;
  volatile char sink = 0;
  char *zeroes = map(32 * page, PROT_READ, ANON, -1);  // the zero page, many times
  for (int i = 0; zeroes && i < 32; i += 2) sink += zeroes[i * page];
}

static void device_memory(void) {  // drivers may hold some
  int memory = open("/dev/mem", O_RDWR | O_SYNC);
  for (size_t i = 0; memory >= 0 && i < sizeof device_at / sizeof *device_at; i++)
    mmap(NULL, page, PROT_READ, MAP_SHARED, memory, device_at[i]);
}

#ifdef __x86_64__
static void largest_pages(void) {  // 1 GiB, where the kernel was told to keep one: the same twice, once without access
  int file = memfd_create("largest", MFD_HUGETLB | 30U << 26);
  if (file < 0 || ftruncate(file, 1 << 30)) return;
  char *at = map(1 << 30, RW, MAP_SHARED, file), *again = map(1 << 30, RW, MAP_SHARED, file);
  if (!at || !again) return;
  at[7 * page] = again[9 * page] = 1;
  mprotect(again, 1 << 30, PROT_NONE);
}

static void protection_keys(void) {  // in bits 62:59 of an entry, also of one without access; a key of the kernel's for what is only executed
  int key = pkey_alloc(0, 0);
  char *at = map(16 * page, RW, ANON, -1);
  touch(at, 16);
  if (key >= 0) pkey_mprotect(at, 8 * page, RW, key);
  mprotect(at + 2 * page, 2 * page, PROT_NONE);
  mprotect(at + 12 * page, 2 * page, PROT_EXEC);
}

static void descriptor_table(void) {  // with page tables in pairs, mapped for this process alone, in the kernel's half
  struct user_desc of = {.entry_number = 300, .base_addr = 0, .limit = 0xfffff, .seg_32bit = 1, .limit_in_pages = 1, .useable = 1};
  syscall(SYS_modify_ldt, 0x11, &of, sizeof of);
}
#endif

// ---- files

static void file_names(void) {
  mkdir("/tmp/odd", 0755);
  map_file("/tmp/odd/two  blanks", 0);
  map_file("/tmp/odd/line\nfeed", 0);
  map_file("/tmp/odd/back\\slash\\012", 0);
  map_file("/tmp/odd/\x1b[31mred\x07", 0);
  map_file("/tmp/odd/h\u00e4user-\u6728", 0);
  map_file("/tmp/odd/not-utf-8-\xff\xfe", 0);
  map_file("/tmp/odd/here (deleted)", 0);
  map_file("/tmp/odd/gone", 1);
  map_file("/tmp/odd/gone (deleted)", 1);
  char path[1200] = "/tmp/odd";
  for (int i = 0; i < 4; i++) {
    memset(path + strlen(path), 0, sizeof path - strlen(path));
    size_t n = strlen(path);
    path[n] = '/';
    memset(path + n + 1, 'a' + i, 250);
    mkdir(path, 0755);
  }
  strcat(path, "/deep");
  map_file(path, 0);
  int folder_gone = mkdir("/tmp/odd/folder", 0755);
  map_file("/tmp/odd/folder/in", 1);
  if (folder_gone == 0) rmdir("/tmp/odd/folder");
  map_file("/tmp/odd/before", 0);
  rename("/tmp/odd/before", "/tmp/odd/after");
}

static void mounts(void) {  // a mount on a mount, a bind mount, one that was covered, one that was detached
  mkdir("/tmp/m", 0755);
  mount("one", "/tmp/m", "tmpfs", 0, NULL);
  mkdir("/tmp/m/inner", 0755);
  map_file("/tmp/m/inner/covered", 0);
  mount("two", "/tmp/m/inner", "tmpfs", 0, NULL);
  map_file("/tmp/m/inner/file", 0);
  mkdir("/tmp/m/bound", 0755);
  mount("/tmp/m/inner", "/tmp/m/bound", NULL, MS_BIND, NULL);
  map_file("/tmp/m/bound/through-bind", 0);
  mkdir("/tmp/m/left", 0755);
  mount("three", "/tmp/m/left", "tmpfs", 0, NULL);
  map_file("/tmp/m/left/detached", 0);
  umount2("/tmp/m/left", MNT_DETACH);
}

static void own_mounts(void) {  // in a mount namespace that the collector does not see, and below a root of its own
  if (unshare(CLONE_NEWNS)) return;
  mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
  mkdir("/tmp/ns", 0755);
  mount("ns", "/tmp/ns", "tmpfs", 0, NULL);
  map_file("/tmp/ns/unseen", 0);
  if (chroot("/tmp/ns") == 0 && chdir("/") == 0) map_file("/below-root", 0);
}

// ---- tasks

static void *settle_in_thread(void *unused) {
  (void)unused;
  prctl(PR_SET_NAME, "left behind");
  usleep(300000);
  settle();
}

static void leader_gone(void) {  // the leader is a zombie, its thread lives
  pthread_t thread;
  pthread_create(&thread, NULL, settle_in_thread, NULL);
  pthread_exit(NULL);
}

static int settle_in_clone(void *unused) {
  (void)unused;
  prctl(PR_SET_NAME, "same mm");
  while (pause() < 0) continue;
  return 0;
}

static void same_mm(void) {  // two processes, not threads, with one mm
  char *stack = map(16 * page, RW, ANON, -1);
  if (stack) clone(settle_in_clone, stack + 16 * page, CLONE_VM | SIGCHLD, NULL);
  usleep(200000);
}

static void in_vfork(void) {  // the parent waits, uninterruptibly, and the child has its mm
  if (vfork() == 0) settle();
}

static void in_pid_namespace(void) {  // process 1 of its own
  if (unshare(CLONE_NEWPID)) return;
  if (fork() == 0) {
    prctl(PR_SET_NAME, "init of none");
    for (;;) pause();
  }
  usleep(200000);
}

static void traced_and_stopped(void) {
  pid_t stopped = fork();
  if (stopped == 0) {
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    raise(SIGSTOP);
    for (;;) pause();
  }
  waitpid(stopped, NULL, WUNTRACED);
}

static void names(void) {
  static const char *const names[] = {"", " ", "a b) S 1 (c", "line\nfeed", "back\\slash", "\x1b[31mred", "h\u00e4user", "\xff\xfe", "fifteen-bytes-x"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (fork() == 0) {
      prctl(PR_SET_NAME, names[i]);
      for (;;) pause();
    }
  if (setgid(1234) || setuid(4321)) return;
  usleep(300000);
}

int main(void) {
  static void (*const kinds[])(void) = {hugetlb, huge_without_access, highest_addresses, many_vmas, markers, swapped, special_mappings,
                                        device_memory, file_names, mounts, own_mounts, leader_gone, same_mm, in_vfork, in_pid_namespace,
                                        traced_and_stopped, names,
#ifdef __x86_64__
                                        largest_pages, protection_keys, descriptor_table,
#endif
  };
  return run_kinds("odd", kinds, sizeof kinds / sizeof *kinds);
}
