package dev.tablewalk.cypher.diff;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns what two sides map into changes: each in one area, and as long as what changed goes on in
 * the same way.
 */
final class PageChanges implements Segments.Visitor<Run> {
    private final long pageSize;
    private final @Nullable ContentChanges contents;
    private final Areas areasBefore;
    private final Areas areasAfter;
    private final List<PageChange> changes = new ArrayList<>();
    private final List<PageChange> written = new ArrayList<>();

    PageChanges(
            long pageSize, @Nullable ContentChanges contents, Areas areasBefore, Areas areasAfter) {
        this.pageSize = pageSize;
        this.contents = contents;
        this.areasBefore = areasBefore;
        this.areasAfter = areasAfter;
    }

    /** All that were found, those that were written last. */
    List<PageChange> all() {
        List<PageChange> all = new ArrayList<>(changes);
        all.addAll(written);
        return List.copyOf(all);
    }

    @Override
    public void segment(long va, long end, @Nullable Run before, @Nullable Run after) {
        Target was = before == null ? null : before.target().plus(va - before.va());
        Target is = after == null ? null : after.target().plus(va - after.va());
        PageChange.Kind kind = PageChange.kind(was, is);
        if (kind != null) {
            add(changes, kind, va, end, was, is);
        }
        if (contents != null
                && was instanceof Target.Frames frames
                && is instanceof Target.Frames same
                && frames.pa() == same.pa()) {
            contents.visit(
                    frames.pa(),
                    end - va,
                    (offset, bytes) ->
                            add(
                                    written,
                                    PageChange.Kind.WRITTEN,
                                    va + offset,
                                    va + offset + bytes,
                                    was.plus(offset),
                                    is.plus(offset)));
        }
    }

    /** Cuts a change where areas begin and end, and joins it to the one before if it goes on. */
    private void add(
            List<PageChange> to,
            PageChange.Kind kind,
            long va,
            long end,
            @Nullable Target was,
            @Nullable Target is) {
        for (long at = va; at < end; ) {
            Area area = areasAfter.at(at);
            long edge = areasAfter.edgeBehind(at, end);
            if (area == null) {
                area = areasBefore.at(at);
                edge = Math.min(edge, areasBefore.edgeBehind(at, end));
            }
            join(
                    to,
                    new PageChange(
                            kind,
                            at,
                            (edge - at + pageSize - 1) / pageSize,
                            was == null ? null : was.plus(at - va),
                            is == null ? null : is.plus(at - va),
                            area));
            at = edge;
        }
    }

    private void join(List<PageChange> to, PageChange next) {
        PageChange last = to.isEmpty() ? null : to.getLast();
        if (last != null
                && last.kind() == next.kind()
                && last.va() + last.pages() * pageSize == next.va()
                && java.util.Objects.equals(last.area(), next.area())
                && goesOn(last.before(), next.before(), last.pages() * pageSize)
                && goesOn(last.after(), next.after(), last.pages() * pageSize)) {
            to.set(
                    to.size() - 1,
                    new PageChange(
                            last.kind(),
                            last.va(),
                            last.pages() + next.pages(),
                            last.before(),
                            last.after(),
                            last.area()));
        } else {
            to.add(next);
        }
    }

    private static boolean goesOn(@Nullable Target from, @Nullable Target to, long bytes) {
        return from == null ? to == null : from.plus(bytes).equals(to);
    }
}
