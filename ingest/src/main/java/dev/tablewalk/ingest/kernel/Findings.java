package dev.tablewalk.ingest.kernel;

import dev.tablewalk.graph.Progress;
import java.util.ArrayList;
import java.util.List;

/** What was found of a kernel, kept until it is known whether it is the one to tell of. */
final class Findings implements Progress {
    private final List<Finding> findings = new ArrayList<>();

    private record Finding(String what, String value, String proof) {}

    @Override
    public void stage(String name, long total) {}

    @Override
    public void advance(long done) {}

    @Override
    public void found(String what, String value, String proof) {
        findings.add(new Finding(what, value, proof));
    }

    void tell(Progress to) {
        findings.forEach(f -> to.found(f.what, f.value, f.proof));
    }
}
