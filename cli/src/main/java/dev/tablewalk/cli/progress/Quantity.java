package dev.tablewalk.cli.progress;

import java.util.Locale;

/** Quantities for people. */
public final class Quantity {
    private Quantity() {}

    /** Such as {@code 1.4 GiB}. */
    public static String bytes(long bytes) {
        String[] units = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit]);
    }

    /** Such as {@code 1.4 M/s}. */
    static String rate(double perSecond) {
        String[] units = {"", " k", " M", " G", " T"};
        double value = perSecond;
        int unit = 0;
        while (value >= 1000 && unit < units.length - 1) {
            value /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f%s/s", value, units[unit]);
    }
}
