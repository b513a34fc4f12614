package dev.tablewalk.ingest.image;

import dev.tablewalk.ingest.memory.ImageBytes;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Files that people have of a guest and that are not read: what each is, and how to go on. */
enum OtherFormat {
    QCOW2(
            "a disk image of QEMU",
            "RAM is in it only if a snapshot was taken with savevm: start QEMU with -loadvm and -S,"
                    + " then take it by tablewalk capture or dump-guest-memory",
            "QFI\u00fb"),
    QED("a disk image of QEMU", Advice.DISK, "QED\0"),
    VMDK("a disk image of VMware", Advice.DISK, "KDMV", "COWD", "# Disk DescriptorFile"),
    VDI(
            "a disk image of VirtualBox",
            Advice.DISK,
            "<<< Oracle VM VirtualBox Disk Image",
            "<<< Sun VirtualBox Disk Image",
            "<<< innotek VirtualBox Disk Image",
            "<<< Sun xVM VirtualBox Disk Image"),
    VHD("a disk image of Hyper-V", Advice.DISK, "conectix", "vhdxfile"),
    PARALLELS("a disk image of Parallels", Advice.DISK, "WithoutFreeSpace", "WithouFreSpacExt"),
    VIRTUALBOX_STATE(
            "a saved state of VirtualBox",
            "resume the machine and take its RAM by VBoxManage debugvm NAME dumpvmcore",
            "\177VirtualBox SavedState"),
    VMWARE_STATE(
            "a suspended state of VMware",
            "its RAM is in the file of the same name that ends in .vmem, if there is one",
            "\u00d0\u00be\u00d2\u00be",
            "\u00d1\u00be\u00d2\u00be",
            "\u00d2\u00be\u00d2\u00be",
            "\u00d3\u00be\u00d2\u00be"),
    XEN_SAVE(
            "a saved domain of Xen",
            "restore it paused, and take its RAM inside the guest, by LiME or AVML",
            "LibxlFmt",
            "XenSavedDomain"),
    WINDOWS("a crash dump of Windows", "its kernel is not Linux", "PAGEDUMP", "PAGEDU64", "MDMP"),
    HIBERNATION("a hibernation file of Windows", "its kernel is not Linux", "hibr", "HIBR"),
    PACKED(
            "compressed in a way that is not read here",
            "unpack it first",
            "BZh",
            "\u0089LZO\0\r\n\u001a\n",
            "\4\"M\30",
            "7z\u00bc\u00af'\u001c",
            "PK\3\4");

    /** What is said of several. */
    private static final class Advice {
        static final String DISK =
                "it holds no RAM: take that from the running guest, by tablewalk capture, virsh"
                        + " dump --memory-only, LiME or AVML";
    }

    /** Where Linux marks a swap partition or file that it hibernated to, before a page's end. */
    private static final String SUSPENDED = "S1SUSPEND";

    private static final int MARK_BEFORE_END = 10;
    private static final int HEAD = 64;

    private final String what;
    private final String how;

    @SuppressWarnings("ImmutableEnumChecker") // nobody else has the array
    private final String[] magics;

    OtherFormat(String what, String how, String... magics) {
        this.what = what;
        this.how = how;
        this.magics = magics;
    }

    /** What a file is that is not read, and how to go on; empty if nothing is known of it. */
    static Optional<String> text(ImageBytes file) {
        String head = text(file.copy(0, HEAD));
        for (OtherFormat format : values()) {
            for (String magic : format.magics) {
                if (head.startsWith(magic)) {
                    return Optional.of(format.what + "; " + format.how);
                }
            }
        }
        for (int page = 1 << 12; page <= 1 << 16; page <<= 2) {
            if (file.size() >= page
                    && text(file.copy(page - MARK_BEFORE_END, MARK_BEFORE_END))
                            .startsWith(SUSPENDED)) {
                return Optional.of(
                        "swap space that Linux hibernated to; its image is not read here: resume"
                                + " the guest, and take its RAM then");
            }
        }
        return Optional.empty();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
