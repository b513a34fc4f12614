package dev.tablewalk.ingest.synthetic;

import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The kernel's structs, cut down to what tells a reader something, nested and named as in the
 * kernel's headers: {@code linux/{sched,mm_types,maple_tree,fs,dcache,mount,cred,pid}.h} and {@code
 * fs/mount.h}. Offsets are not any real kernel's; a reader has to ask BTF.
 */
final class KernelDeclarations {
    /** Structs that real kernels have much more in, so that padding may stand between members. */
    private static final Set<String> ROOMY =
            Set.of(
                    "task_struct",
                    "mm_struct",
                    "vm_area_struct",
                    "file",
                    "dentry",
                    "inode",
                    "super_block",
                    "mount",
                    "cred",
                    "signal_struct",
                    "rq");

    private static final String BASICS =
            """
            typedef unsigned char u8;
            typedef unsigned short u16;
            typedef unsigned int u32;
            typedef unsigned long u64;
            typedef int s32;
            typedef long s64;
            typedef _Bool bool;
            typedef int pid_t;
            typedef u32 dev_t;
            typedef unsigned short umode_t;
            typedef unsigned int gfp_t;
            typedef long loff_t;
            typedef struct { int counter; } atomic_t;
            typedef struct { s64 counter; } atomic64_t;
            typedef atomic64_t atomic_long_t;
            struct refcount_struct { atomic_t refs; };
            typedef struct refcount_struct refcount_t;
            struct kref { refcount_t refcount; };
            struct raw_spinlock { u32 raw_lock; };
            struct spinlock { union { struct raw_spinlock rlock; }; };
            typedef struct spinlock spinlock_t;
            struct list_head { struct list_head *next, *prev; };
            struct hlist_node { struct hlist_node *next, **pprev; };
            struct hlist_head { struct hlist_node *first; };
            struct hlist_bl_node { struct hlist_bl_node *next, **pprev; };
            struct callback_head { struct callback_head *next; void *func; };
            struct rb_node { unsigned long __rb_parent_color; struct rb_node *rb_right, *rb_left; };
            struct rb_root { struct rb_node *rb_node; };
            typedef u64 pteval_t;
            typedef struct { pteval_t pgprot; } pgprot_t;
            typedef struct { pteval_t pgd; } pgd_t;
            typedef struct { u32 val; } kuid_t;
            typedef struct { u32 val; } kgid_t;
            struct xarray { spinlock_t xa_lock; gfp_t xa_flags; void *xa_head; };
            struct xa_node {
                unsigned char shift;
                unsigned char offset;
                unsigned char count;
                unsigned char nr_values;
                struct xa_node *parent;
                struct xarray *array;
                union { struct list_head private_list; struct callback_head callback_head; };
                void *slots[64];
                unsigned long tags[3];
            };
            struct idr { struct xarray idr_rt; unsigned int idr_base; unsigned int idr_next; };
            struct new_utsname {
                char sysname[65];
                char nodename[65];
                char release[65];
                char version[65];
                char machine[65];
                char domainname[65];
            };
            struct uts_namespace { struct new_utsname name; struct user_namespace *user_ns; };
            struct pid_namespace {
                struct idr idr;
                struct callback_head rcu;
                unsigned int pid_allocated;
                struct task_struct *child_reaper;
                struct kmem_cache *pid_cachep;
                unsigned int level;
                struct pid_namespace *parent;
            };
            struct upid { int nr; struct pid_namespace *ns; };
            struct pid {
                refcount_t count;
                unsigned int level;
                spinlock_t lock;
                struct hlist_head tasks[4];
                struct callback_head rcu;
                struct upid numbers[1];
            };
            struct cred {
                atomic_t usage;
                kuid_t uid;
                kgid_t gid;
                kuid_t suid;
                kgid_t sgid;
                kuid_t euid;
                kgid_t egid;
                kuid_t fsuid;
                kgid_t fsgid;
                struct user_namespace *user_ns;
            };
            enum memblock_flags {
                MEMBLOCK_NONE = 0, MEMBLOCK_HOTPLUG = 1, MEMBLOCK_MIRROR = 2, MEMBLOCK_NOMAP = 4,
                MEMBLOCK_DRIVER_MANAGED = 8
            };
            struct memblock_region { u64 base; u64 size; unsigned int flags; };
            struct memblock_type {
                unsigned long cnt;
                unsigned long max;
                u64 total_size;
                struct memblock_region *regions;
                char *name;
            };
            struct memblock {
                bool bottom_up;
                u64 current_limit;
                struct memblock_type memory;
                struct memblock_type reserved;
            };
            enum maple_type {
                maple_dense,
                maple_leaf_64,
                maple_range_64,
                maple_arange_64
            };
            """;

    private static final String FILES =
            """
            struct qstr {
                union { struct { u32 hash; u32 len; }; u64 hash_len; };
                const unsigned char *name;
            };
            struct file_system_type { const char *name; int fs_flags; };
            struct super_block {
                struct list_head s_list;
                dev_t s_dev;
                unsigned char s_blocksize_bits;
                struct file_system_type *s_type;
                unsigned long s_magic;
                struct dentry *s_root;
                char s_id[32];
            };
            struct address_space {
                struct inode *host;
                struct xarray i_pages;
                gfp_t gfp_mask;
                unsigned long nrpages;
                const struct address_space_operations *a_ops;
                unsigned long flags;
            };
            struct address_space_operations {
                void *writepages;
                void *read_folio;
                void *dirty_folio;
                void *migrate_folio;
            };
            struct inode {
                umode_t i_mode;
                unsigned short i_opflags;
                kuid_t i_uid;
                kgid_t i_gid;
                struct super_block *i_sb;
                struct address_space *i_mapping;
                unsigned long i_ino;
                union { const unsigned int i_nlink; unsigned int __i_nlink; };
                dev_t i_rdev;
                loff_t i_size;
                struct address_space i_data;
            };
            struct dentry {
                unsigned int d_flags;
                struct hlist_bl_node d_hash;
                struct dentry *d_parent;
                struct qstr d_name;
                struct inode *d_inode;
                unsigned char d_iname[32];
                const struct dentry_operations *d_op;
                struct super_block *d_sb;
                void *d_fsdata;
            };
            struct dentry_operations { void *d_revalidate; void *d_dname; };
            struct dma_buf { unsigned long size; const char *name; };
            struct vfsmount { struct dentry *mnt_root; struct super_block *mnt_sb; int mnt_flags; };
            struct mount {
                struct hlist_node mnt_hash;
                struct mount *mnt_parent;
                struct dentry *mnt_mountpoint;
                struct vfsmount mnt;
                const char *mnt_devname;
                int mnt_id;
            };
            struct path { struct vfsmount *mnt; struct dentry *dentry; };
            struct file {
                spinlock_t f_lock;
                unsigned int f_mode;
                unsigned int f_flags;
                struct inode *f_inode;
                const struct file_operations *f_op;
                struct path f_path;
                struct address_space *f_mapping;
                loff_t f_pos;
            };
            struct fs_struct { int users; int umask; struct path root, pwd; };
            struct vm_special_mapping { const char *name; struct page **pages; };
            struct mem_section {
                unsigned long section_mem_map;
                struct mem_section_usage *usage;
                struct page_ext *page_ext;
                unsigned long pad;
            };
            struct vm_operations_struct { void *open; void *close; void *fault; void *name; };
            """;

    private static final String MAPLE_TREE =
            """
            struct maple_metadata { unsigned char end; unsigned char gap; };
            struct maple_range_64 {
                struct maple_pnode *parent;
                unsigned long pivot[15];
                union {
                    void *slot[16];
                    struct { void *pad[15]; struct maple_metadata meta; };
                };
            };
            struct maple_arange_64 {
                struct maple_pnode *parent;
                unsigned long pivot[9];
                void *slot[10];
                unsigned long gap[10];
                struct maple_metadata meta;
            };
            struct maple_node {
                union {
                    struct { struct maple_pnode *parent; void *slot[31]; };
                    struct { void *pad; struct callback_head rcu; };
                    struct maple_range_64 mr64;
                    struct maple_arange_64 ma64;
                };
            };
            struct maple_tree {
                union { spinlock_t ma_lock; };
                unsigned int ma_flags;
                void *ma_root;
            };
            """;

    private static final String MM_CONTEXT =
            """
            typedef struct { atomic64_t id; void *vdso; unsigned long flags; } mm_context_t;
            struct percpu_counter { spinlock_t lock; s64 count; s32 *counters; };
            struct mm_rss_stat { atomic_long_t count[4]; };
            """;

    /** {@code mm_struct} behind the index of its VMAs. */
    private static final String MM_MEMBERS =
            """
                    unsigned long mmap_base;
                    unsigned long task_size;
                    pgd_t *pgd;
                    atomic_t mm_users;
                    %s
                    atomic_long_t pgtables_bytes;
                    int map_count;
                    spinlock_t page_table_lock;
                    struct list_head mmlist;
                    unsigned long hiwater_rss;
                    unsigned long total_vm;
                    unsigned long start_code, end_code, start_data, end_data;
                    unsigned long start_brk, brk, start_stack;
                    unsigned long arg_start, arg_end, env_start, env_end;
                    %s
                    mm_context_t context;
                    unsigned long flags;
                    struct task_struct *owner;
                    struct file *exe_file;
                };
                unsigned long cpu_bitmap[0];
            };
            """;

    private static final String TASKS =
            """
            struct thread_info { unsigned long flags; u64 preempt_count; u32 cpu; };
            struct kthread { unsigned long flags; unsigned int cpu; void *data; char *full_name; };
            struct sighand_struct { spinlock_t siglock; refcount_t count; };
            struct kcore_list {
                struct list_head list;
                unsigned long addr;
                unsigned long size;
                int type;
            };
            struct nsproxy {
                refcount_t count;
                struct uts_namespace *uts_ns;
                struct pid_namespace *pid_ns_for_children;
            };
            struct signal_struct {
                refcount_t sigcnt;
                atomic_t live;
                int nr_threads;
                struct list_head thread_head;
                int group_exit_code;
                unsigned int is_child_subreaper : 1;
                unsigned int has_child_subreaper : 1;
                struct pid *pids[4];
            };
            struct sched_class { void *enqueue_task; void *dequeue_task; };
            struct cfs_rq { unsigned int nr_running; struct rq *rq; struct task_group *tg; };
            struct task_group { struct cfs_rq **cfs_rq; unsigned long shares; };
            struct sched_entity { unsigned int on_rq; u64 vruntime; struct cfs_rq *cfs_rq; };
            struct task_struct {
                struct thread_info thread_info;
                unsigned int __state;
                void *stack;
                refcount_t usage;
                unsigned int flags;
                int on_cpu;
                int prio;
                int static_prio;
                int normal_prio;
                struct sched_entity se;
                const struct sched_class *sched_class;
                struct list_head tasks;
                struct mm_struct *mm;
                struct mm_struct *active_mm;
                int exit_state;
                int exit_code;
                int exit_signal;
                unsigned int in_execve : 1;
                unsigned int in_iowait : 1;
                unsigned int no_cgroup_migration : 1;
                pid_t pid;
                pid_t tgid;
                struct task_struct *real_parent;
                struct task_struct *parent;
                struct list_head children;
                struct list_head sibling;
                struct task_struct *group_leader;
                struct pid *thread_pid;
                struct hlist_node pid_links[4];
                struct list_head thread_node;
                int *set_child_tid;
                void *worker_private;
                u64 start_time;
                u64 start_boottime;
                u64 parent_exec_id;
                u64 self_exec_id;
                const struct cred *real_cred;
                const struct cred *cred;
                char comm[16];
                struct fs_struct *fs;
                struct nsproxy *nsproxy;
                struct signal_struct *signal;
                struct sighand_struct *sighand;
                struct vm_struct *stack_vm_area;
                refcount_t stack_refcount;
            };
            struct cpumask { unsigned long bits[1]; };
            struct rq {
                spinlock_t __lock;
                unsigned int nr_running;
                struct cfs_rq cfs;
                struct task_struct *curr;
                struct task_struct *idle;
                int cpu;
            };
            """;

    /** Of anonymous and file memory: what an anonymous page's {@code mapping} leads to. */
    private static String structPage(KernelEra era) {
        return """
        struct rw_semaphore { atomic_long_t count; atomic_long_t owner; };
        struct rb_root_cached { struct rb_root rb_root; struct rb_node *rb_leftmost; };
        struct anon_vma {
            struct anon_vma *root;
            struct rw_semaphore rwsem;
            atomic_t refcount;
            unsigned long num_children;
            unsigned long num_active_vmas;
            struct anon_vma *parent;
            struct rb_root_cached rb_root;
        };
        struct kmem_cache { unsigned int flags, size, object_size; const char *name; };
        struct page {
            unsigned long flags;
            union {
                struct {
                    union {
                        struct list_head lru;
                        struct { void *__filler; unsigned int mlock_count; };
                        struct list_head buddy_list;
                        struct list_head pcp_list;
                    };
                    struct address_space *mapping;
                    union { unsigned long index; unsigned long share; };
                    unsigned long private;
                };
                struct { unsigned long compound_head; };
                %s
                struct callback_head callback_head;
            };
            union { unsigned int page_type; atomic_t _mapcount; };
            atomic_t _refcount;
            unsigned long memcg_data;
        };
        """
                .formatted(era.pageTypeInByte() ? "" : TABLE_IN_PAGE);
    }

    /** Since 6.6 {@code struct ptdesc} has it. */
    private static final String TABLE_IN_PAGE =
            "struct { unsigned long _pt_pad_1; struct page *pmd_huge_pte; };";

    /** Until 6.9 slab pages had a flag, and kept {@code slab_cache} where others have a mapping. */
    private static final String SLAB_IN_PAGE =
            """
            struct slab {
                unsigned long __page_flags;
                struct list_head slab_list;
                struct kmem_cache *slab_cache;
                void *freelist;
                unsigned long counters;
                unsigned int __unused;
                atomic_t __page_refcount;
            };
            """;

    private static final String PAGE_TYPES =
            """
            struct slab {
                unsigned long __page_flags;
                struct kmem_cache *slab_cache;
                struct list_head slab_list;
                void *freelist;
                unsigned long counters;
                unsigned int __page_type;
                atomic_t __page_refcount;
            };
            struct ptdesc {
                unsigned long __page_flags;
                union {
                    struct callback_head pt_rcu_head;
                    struct list_head pt_list;
                    struct { unsigned long _pt_pad_1; struct page *pmd_huge_pte; };
                };
                unsigned long __page_mapping;
                union { unsigned long pt_index; struct mm_struct *pt_mm; };
                spinlock_t ptl;
                unsigned int __page_type;
                atomic_t __page_refcount;
            };
            enum pagetype {
                PGTY_buddy = 240, PGTY_offline, PGTY_table, PGTY_guard, PGTY_hugetlb, PGTY_slab,
                PGTY_zsmalloc, PGTY_unaccepted, PGTY_mapcount_underflow = 255
            };
            """;

    private static final String PAGE_FLAGS =
            """
            enum pageflags {
                PG_locked, PG_referenced, PG_uptodate, PG_dirty, PG_lru, PG_active, PG_workingset,
                PG_waiters, PG_error, PG_slab, PG_owner_priv_1, PG_arch_1, PG_reserved,
                PG_private, PG_private_2, PG_writeback, PG_head, PG_mappedtodisk, PG_reclaim,
                PG_swapbacked, PG_unevictable, PG_mlocked, PG_hwpoison, PG_arch_2,
                __NR_PAGEFLAGS, %s PG_swapcache = 10
            };
            """;

    private KernelDeclarations() {}

    /** The types of a kernel of that era, laid out without gaps. */
    static CTypes of(KernelEra era) {
        return CParser.parse(text(era));
    }

    /**
     * The types of such a guest's kernel; where the guest wants it, with random gaps between
     * members, as other configurations have.
     */
    static CTypes of(GuestImageBuilder wanted) {
        String text = text(wanted.era);
        if (!wanted.groupScheduling) {
            text =
                    text.replace(" struct cfs_rq *cfs_rq;", "")
                            .replace(" struct rq *rq; struct task_group *tg;", "");
        }
        if (wanted.cpuInTask) {
            text = text.replace(" int on_cpu;", " unsigned int cpu; int on_cpu;");
        }
        RandomGenerator gaps = wanted.layoutGaps;
        return CParser.parse(gaps == null ? text : withGaps(text, gaps));
    }

    private static String text(KernelEra era) {
        return BASICS
                + FILES
                + (era.mapleTree() ? MAPLE_TREE : "")
                + MM_CONTEXT
                + mmStruct(era)
                + vmAreaStruct(era)
                + TASKS
                + structPage(era)
                + (era.pageTypeInByte() ? PAGE_TYPES : SLAB_IN_PAGE)
                + pageFlags(era);
    }

    private static String mmStruct(KernelEra era) {
        return switch (era) {
            case LINUX_5_15 ->
                    """
                    struct mm_struct {
                        struct {
                            struct vm_area_struct *mmap;
                            struct rb_root mm_rb;
                            u64 vmacache_seqnum;
                            unsigned long highest_vm_end;
                    """
                            + MM_MEMBERS.formatted(
                                    "atomic_t mm_count;", "struct mm_rss_stat rss_stat;");
            case LINUX_6_1 ->
                    """
                    struct mm_struct {
                        struct {
                            struct maple_tree mm_mt;
                    """
                            + MM_MEMBERS.formatted(
                                    "atomic_t mm_count;", "struct mm_rss_stat rss_stat;");
            case LINUX_6_12 ->
                    """
                    struct mm_struct {
                        struct {
                            struct { atomic_t mm_count; };
                            struct maple_tree mm_mt;
                    """
                            + MM_MEMBERS.formatted("", "struct percpu_counter rss_stat[4];");
        };
    }

    private static String vmAreaStruct(KernelEra era) {
        return switch (era) {
            case LINUX_5_15 ->
                    """
                    struct vm_area_struct {
                        unsigned long vm_start;
                        unsigned long vm_end;
                        struct vm_area_struct *vm_next, *vm_prev;
                        struct rb_node vm_rb;
                        struct mm_struct *vm_mm;
                        pgprot_t vm_page_prot;
                        unsigned long vm_flags;
                    """
                            + VMA_MEMBERS;
            case LINUX_6_1 ->
                    """
                    struct vm_area_struct {
                        unsigned long vm_start;
                        unsigned long vm_end;
                        struct mm_struct *vm_mm;
                        pgprot_t vm_page_prot;
                        unsigned long vm_flags;
                    """
                            + VMA_MEMBERS;
            case LINUX_6_12 ->
                    """
                    typedef unsigned long vm_flags_t;
                    struct vm_area_struct {
                        union {
                            struct { unsigned long vm_start; unsigned long vm_end; };
                            struct callback_head vm_rcu;
                        };
                        struct mm_struct *vm_mm;
                        pgprot_t vm_page_prot;
                        union { const vm_flags_t vm_flags; vm_flags_t __vm_flags; };
                        bool detached;
                    """
                            + VMA_MEMBERS;
        };
    }

    private static final String VMA_MEMBERS =
            """
                struct list_head anon_vma_chain;
                struct anon_vma *anon_vma;
                const struct vm_operations_struct *vm_ops;
                unsigned long vm_pgoff;
                struct file *vm_file;
                void *vm_private_data;
            };
            """;

    /** Numbered anew in 6.12; {@code PG_anon_exclusive} came with 5.19, as in swap entries. */
    private static String pageFlags(KernelEra era) {
        return switch (era) {
            case LINUX_5_15 -> PAGE_FLAGS.formatted("");
            case LINUX_6_1 -> PAGE_FLAGS.formatted("PG_anon_exclusive = 17,");
            case LINUX_6_12 ->
                    """
                    enum pageflags {
                        PG_locked, PG_writeback, PG_referenced, PG_uptodate, PG_dirty, PG_lru,
                        PG_head, PG_waiters, PG_active, PG_workingset, PG_owner_priv_1,
                        PG_owner_2, PG_arch_1, PG_reserved, PG_private, PG_private_2, PG_reclaim,
                        PG_swapbacked, PG_unevictable, PG_mlocked, PG_hwpoison, PG_young, PG_idle,
                        PG_arch_2, PG_arch_3, __NR_PAGEFLAGS, PG_swapcache = 10,
                        PG_anon_exclusive = 11, PG_mappedtodisk = 11
                    };
                    """;
        };
    }

    private static String withGaps(String text, RandomGenerator random) {
        StringBuilder out = new StringBuilder();
        int depth = 0;
        int roomyDepth = 0;
        int gaps = 0;
        for (String line : text.split("\n", -1)) {
            out.append(line).append('\n');
            if (depth == 0 && line.startsWith("struct ")) {
                String name = line.split(" ", -1)[1];
                roomyDepth = name.equals("mm_struct") ? 2 : ROOMY.contains(name) ? 1 : 0;
            }
            depth += count(line, '{') - count(line, '}');
            boolean member = depth > 0 && depth <= roomyDepth && line.endsWith(";");
            if (member && !line.contains("[0]") && random.nextInt(4) == 0) {
                out.append(
                        "unsigned long __gap_%d[%d];\n".formatted(gaps++, 1 + random.nextInt(9)));
            }
        }
        return out.toString();
    }

    private static int count(String line, char wanted) {
        return (int) line.chars().filter(c -> c == wanted).count();
    }
}
