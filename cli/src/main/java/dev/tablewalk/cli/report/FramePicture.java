package dev.tablewalk.cli.report;

import dev.tablewalk.cypher.picture.FrameKind;
import dev.tablewalk.cypher.picture.FrameMap;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Locale;
import javax.imageio.ImageIO;

/** A {@link FrameMap} as an image: a pixel a cell, clear where nothing is. */
final class FramePicture {
    private FramePicture() {}

    /** As a URI that holds the image itself, in PNG. */
    static String dataUri(FrameMap map) {
        System.setProperty("java.awt.headless", "true");
        BufferedImage image =
                new BufferedImage(map.width(), map.height(), BufferedImage.TYPE_INT_ARGB);
        for (int row = 0; row < map.height(); row++) {
            for (int column = 0; column < map.width(); column++) {
                image.setRGB(column, row, map.at(column, row).map(FramePicture::argb).orElse(0));
            }
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            ImageIO.setUseCache(false);
            ImageIO.write(image, "png", png);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(png.toByteArray());
    }

    /** Alpha, red, green, blue; to be told apart on white and on black. */
    static int argb(FrameKind kind) {
        return switch (kind) {
            case UNMAPPED -> 0x14808890;
            case BUDDY -> 0x30808890;
            case FREE -> 0x58808890;
            case RESERVED -> 0xff6b7280;
            case OTHER -> 0xff9a7b62;
            case KERNEL -> 0x78808890;
            case SLAB -> 0xffd3a429;
            case FILE -> 0xff2f9e8f;
            case SHMEM -> 0xff9b6fd4;
            case USER, ANON -> 0xff3d84d6;
            case TABLE -> 0xffe4502e;
        };
    }

    /** Colour as SVG writes it. */
    static String fill(FrameKind kind) {
        return String.format(Locale.ROOT, "#%06x", argb(kind) & 0xffffff);
    }

    /** Opacity as SVG writes it. */
    static String opacity(FrameKind kind) {
        return String.format(Locale.ROOT, "%.2f", (argb(kind) >>> 24) / 255.0);
    }
}
