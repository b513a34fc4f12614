// server - one process, at least, for each thing that servers and their runtimes have and the other workloads lack. What a kernel
// or a machine refuses is left out. Creates /tmp/ready once all of them have settled.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/aio_abi.h>
#include <linux/bpf.h>
#include <linux/if_packet.h>
#include <linux/io_uring.h>
#include <linux/kvm.h>
#include <linux/perf_event.h>
#include <linux/userfaultfd.h>
#include <net/ethernet.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "kinds.h"

#define MEMFD_SECRET 447
#define MAP_DROPPABLE_SINCE_6_11 0x08
#define UFFD_USER_MODE 1
#define WP_OF_SHMEM (1 << 12)  // UFFD_FEATURE_WP_HUGETLBFS_SHMEM, since 5.19

// Room for so many huge pages, on a huge page's boundary.
static char *room(int pages, int prot, int flags, int file) {
  char *at = map((pages + 1) * HUGE, prot, flags, file);
  return at ? (char *)(((uintptr_t)at + HUGE - 1) & ~(HUGE - 1)) : NULL;
}

// ---- memory

static void huge_zero_page(void) {  // read, and never written: any JVM's heap
  volatile char sink = 0;
  char *at = room(8, RW, ANON, -1);
  if (!at) return;
  madvise(at, 8 * HUGE, MADV_HUGEPAGE);
  for (unsigned long i = 0; i < 8 * HUGE; i += page) sink += at[i];
  at[5 * HUGE] = 1;              // another in place of one
  mprotect(at + 6 * HUGE + 4 * page, page, PROT_READ);  // one split
}

static void private_zero_device(void) {  // has a file, and is anonymous to the kernel
  int zero = open("/dev/zero", O_RDWR);
  char *at = room(3, RW, MAP_PRIVATE, zero);
  if (!at) return;
  madvise(at, 3 * HUGE, MADV_HUGEPAGE);
  touch(at, 2 * HUGE / page);
}

static void reservation(void) {  // ASan, ZGC, Go's race detector: terabytes, of which little is there
  for (int terabytes = 100; terabytes > 0; terabytes /= 2) {
    char *at = map((size_t)terabytes << 40, RW, ANON | MAP_NORESERVE, -1);
    if (!at) continue;
    for (long i = 0; i < 20; i++) touch(at + (i * terabytes << 40) / 20 + i * 17 * page, i);
    return;
  }
}

static void many_vmas(void) {
  char *at = map(60000 * page, PROT_READ, ANON | MAP_NORESERVE, -1);
  for (long i = 0; at && i < 60000; i += 2) {
    mprotect(at + i * page, page, RW);
    if (i % 1000 == 0) at[i * page] = 1;
  }
}

static void secret(void) {  // its pages leave the kernel's linear map
  int file = syscall(MEMFD_SECRET, 0);
  if (file >= 0 && ftruncate(file, 64 * page) == 0) touch(map(64 * page, RW, MAP_SHARED, file), 40);
}

static void droppable(void) { touch(map(8 * page, RW, MAP_DROPPABLE_SINCE_6_11 | MAP_ANONYMOUS, -1), 4); }

static void write_protect(int faults, char *at, long pages) {
  struct uffdio_register wanted = {.range = {(uintptr_t)at, pages * page}, .mode = UFFDIO_REGISTER_MODE_WP};
  struct uffdio_writeprotect protect = {.range = wanted.range, .mode = UFFDIO_WRITEPROTECT_MODE_WP};
  if (at && ioctl(faults, UFFDIO_REGISTER, &wanted) == 0) ioctl(faults, UFFDIO_WRITEPROTECT, &protect);
}

static void uffd_write_protected(void) {  // of shared memory, places where no page is yet keep a marker
  int faults = syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE);
  struct uffdio_api api = {.api = UFFD_API, .features = WP_OF_SHMEM};
  if (faults < 0 || ioctl(faults, UFFDIO_API, &api)) return;
  char *own = map(16 * page, RW, ANON, -1);
  touch(own, 8);
  write_protect(faults, own, 16);
  char *shared = map(32 * page, RW, MAP_SHARED | MAP_ANONYMOUS, -1);
  touch(shared, 8);
  write_protect(faults, shared, 32);
}

// ---- what drivers and subsystems hand out

static void rings(void) {
  struct perf_event_attr attr = {.type = PERF_TYPE_SOFTWARE, .size = sizeof attr, .config = PERF_COUNT_SW_DUMMY};
  int perf = syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);
  if (perf >= 0) touch(map(9 * page, RW, MAP_SHARED, perf), 1);

  struct io_uring_params of = {0};
  int ring = syscall(SYS_io_uring_setup, 64, &of);
  if (ring >= 0) {
    volatile char sink = 0;
    char *sq = mmap(NULL, page, RW, MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQ_RING);
    char *sqes = mmap(NULL, of.sq_entries * sizeof(struct io_uring_sqe), RW, MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQES);
    if (sq != MAP_FAILED && sqes != MAP_FAILED) sink = *sq + *sqes;
    (void)sink;
  }
  aio_context_t aio = 0;
  syscall(SYS_io_setup, 256, &aio);

  union bpf_attr map_of = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4096, .max_entries = 4, .map_flags = BPF_F_MMAPABLE};
  int array = syscall(SYS_bpf, BPF_MAP_CREATE, &map_of, sizeof map_of);
  if (array >= 0) touch(map(4096 * 4, RW, MAP_SHARED, array), 4096 * 4 / page);
}

static void packet_ring(void) {
  int packets = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
  struct tpacket_req of = {.tp_block_size = 1 << 16, .tp_block_nr = 8, .tp_frame_size = 2048, .tp_frame_nr = 256};
  if (packets < 0 || setsockopt(packets, SOL_PACKET, PACKET_RX_RING, &of, sizeof of)) return;
  touch(map(8 << 16, RW, MAP_SHARED, packets), 3);
}

static void virtual_machine(void) {  // where the machine has EL2; x86's kernels have KVM in modules that a guest of the lab lacks
  int kvm = open("/dev/kvm", O_RDWR);
  int vm = kvm < 0 ? -1 : ioctl(kvm, KVM_CREATE_VM, 0);
  if (vm < 0) return;
  char *ram = map(2 * HUGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1);
  struct kvm_userspace_memory_region at = {.memory_size = 2 * HUGE, .userspace_addr = (uintptr_t)ram, .guest_phys_addr = 1UL << 30};
  touch(ram, 64);
  ioctl(vm, KVM_SET_USER_MEMORY_REGION, &at);
  for (int i = 0; i < 2; i++) {
    int vcpu = ioctl(vm, KVM_CREATE_VCPU, i), size = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
    char *run = vcpu < 0 ? NULL : map(size, RW, MAP_SHARED, vcpu);
    touch(run, size / page);
  }
}

// ---- processes

static void *idle(void *unused) {
  for (;;) pause();
  return unused;
}

static void many_threads(void) {
  pthread_attr_t small;
  pthread_t thread;
  pthread_attr_init(&small);
  pthread_attr_setstacksize(&small, 1 << 16);
  for (int i = 0; i < 3000; i++)
    if (pthread_create(&thread, &small, idle, NULL)) break;
}

#ifdef __x86_64__
enum { MACHINE = 3, FLAGS = 0 };
#define PAUSE_FOR_EVER 0x00001db8, 0xeb80cd00, 0x000000f7  // mov eax, 29; int 0x80; jmp
#else
enum { MACHINE = 40, FLAGS = 0x05000000 };
#define PAUSE_FOR_EVER 0xe3a0701d, 0xef000000, 0xeafffffc  // mov r7, #29; svc 0; b
#endif

// A 32-bit program without a compiler for one: an ELF header, a program header, and a loop of the system call `pause`, 29.
static void of_32_bits(void) {
  static const uint32_t elf[] = {
      0x464c457f, 0x00010101, 0, 0, MACHINE << 16 | 2, 1, 0x10054, 52, 0, FLAGS, 0x00200034, 0x00000001, 0,
      1, 0, 0x10000, 0x10000, 96, 96, 5, 0x1000, PAUSE_FOR_EVER};
  int file = open("/tmp/of-32-bits", O_WRONLY | O_CREAT, 0755);
  if (file < 0 || write(file, elf, sizeof elf) < 0) return;
  close(file);
  if (fork() == 0) {
    execl("/tmp/of-32-bits", "of-32-bits", NULL);
    _exit(0);
  }
  usleep(300000);
}

int main(void) {
  static void (*const kinds[])(void) = {huge_zero_page, private_zero_device, reservation, many_vmas, secret, droppable,
                                        uffd_write_protected, rings, packet_ring, virtual_machine, many_threads, of_32_bits};
  return run_kinds("server", kinds, sizeof kinds / sizeof *kinds);
}
