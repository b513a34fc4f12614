package dev.tablewalk.cli.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.picture.FrameAtlas;
import dev.tablewalk.cypher.picture.FrameGrid;
import dev.tablewalk.cypher.picture.FrameLayers;
import dev.tablewalk.cypher.picture.Layer;
import dev.tablewalk.graph.Hex;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Physical memory: {@code /api/frames/CHECKPOINT/LAYER} tells how the picture is laid out and what
 * its values mean, {@code /api/frames/CHECKPOINT/LAYER/SCALE/X/Y} is one tile of it. A layer is
 * read once and kept.
 */
final class Frames implements HttpHandler {
    static final String PATH = "/api/frames/";

    private static final Pattern PLACE =
            Pattern.compile(
                    "([^/]+)/(kind|level|mappings|owner|change)(?:/([0-9]{1,2})/([0-9]{1,6})/([0-9]{1,6}))?");

    private static final int MOST_SCALE = 20;

    private record Key(String checkpoint, Layer layer) {}

    private final Served served;
    private final Map<Key, FrameAtlas> layers = new ConcurrentHashMap<>();

    Frames(Served served) {
        this.served = served;
    }

    /** Reads all layers before somebody asks, what is shown first before the others. */
    void prepare() {
        for (Layer layer : Layer.values()) {
            for (Checkpoint checkpoint : served.checkpoints()) {
                if (layer != Layer.CHANGE || checkpoint.info().isDiff()) {
                    try {
                        layer(checkpoint, layer);
                    } catch (RuntimeException e) {
                        return; // it is closed by now; else whoever asks is told
                    }
                }
            }
        }
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try {
            String path = exchange.getRequestURI().getPath();
            Matcher place = PLACE.matcher(path.substring(Math.min(path.length(), PATH.length())));
            if (!place.matches() || !exchange.getRequestMethod().equals("GET")) {
                throw UserError.input("no such part of physical memory");
            }
            Checkpoint checkpoint = served.checkpoint(place.group(1));
            FrameAtlas atlas =
                    layer(checkpoint, Layer.valueOf(place.group(2).toUpperCase(Locale.ROOT)));
            if (place.group(3) == null) {
                Replies.json(exchange, description(atlas));
            } else {
                int scale = Math.min(MOST_SCALE, Integer.parseInt(place.group(3)));
                Replies.bytes(
                        exchange,
                        atlas.tile(
                                scale,
                                Long.parseLong(place.group(4)),
                                Long.parseLong(place.group(5))));
            }
        } catch (UserError e) {
            Replies.refuse(exchange, e);
        }
    }

    private FrameAtlas layer(Checkpoint checkpoint, Layer layer) {
        return layers.computeIfAbsent(
                new Key(checkpoint.info().name(), layer),
                key -> FrameLayers.read(checkpoint, layer));
    }

    private static Map<String, Object> description(FrameAtlas atlas) {
        FrameGrid grid = atlas.grid();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("page_size", grid.pageSize());
        json.put("width", grid.width());
        json.put("height", grid.height());
        json.put("tile", FrameAtlas.TILE);
        json.put("strewn", atlas.isStrewn());
        json.put("cypher", atlas.cypher());
        json.put(
                "strips",
                grid.strips().stream()
                        .map(
                                strip ->
                                        Map.of(
                                                "pa", Hex.of(strip.pa()),
                                                "pages", strip.pages(),
                                                "row", strip.firstRow()))
                        .toList());
        json.put(
                "legend",
                atlas.legend().stream()
                        .map(
                                entry ->
                                        Map.of(
                                                "value", entry.value(),
                                                "name", entry.name(),
                                                "pages", entry.pages()))
                        .toList());
        return json;
    }
}
