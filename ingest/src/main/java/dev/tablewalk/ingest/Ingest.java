package dev.tablewalk.ingest;

import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.GuestIdentity;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.anomaly.Anomalies;
import dev.tablewalk.ingest.arch.PageTableFormat;
import dev.tablewalk.ingest.image.Image;
import dev.tablewalk.ingest.isf.IsfReader;
import dev.tablewalk.ingest.kernel.Kernel;
import dev.tablewalk.ingest.kernel.KernelFinder;
import dev.tablewalk.ingest.kernel.KernelRoots;
import dev.tablewalk.ingest.pagetable.PageTables;
import dev.tablewalk.ingest.process.AddressSpaces;
import dev.tablewalk.ingest.process.FoundMm;
import dev.tablewalk.ingest.process.FoundTask;
import dev.tablewalk.ingest.process.FoundVma;
import dev.tablewalk.ingest.process.TaskWalk;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Reads an image into a graph. */
public final class Ingest implements AutoCloseable {
    private final IngestRequest request;
    private final Progress progress;
    private final Image image;
    private final Anomalies anomalies = new Anomalies();
    private final Map<String, String> found = new LinkedHashMap<>();

    private Ingest(IngestRequest request, Progress progress) {
        this.request = request;
        this.progress = new Recorder(progress);
        try {
            this.image = request.source().open(this.progress);
        } catch (InternalError e) {
            throw becameShorter(request, e);
        }
    }

    /**
     * Opens the image named in the request, which is not written to.
     *
     * @throws UserError if the request is wrong, or the file is no image
     */
    public static Ingest open(IngestRequest request, Progress progress) {
        return new Ingest(request, progress);
    }

    /**
     * Reads the image named in the request; it is not written to, and not needed any more after.
     *
     * @throws UserError if the request is wrong, or the image cannot be understood
     */
    public static GuestGraph read(IngestRequest request, Progress progress) {
        try (Ingest opened = open(request, progress)) {
            return opened.read();
        }
    }

    /**
     * Reads the image and lets go of it. Once; the graph needs it no more.
     *
     * @throws UserError if the image cannot be understood
     */
    public GuestGraph read() {
        try (image) {
            progress.found("image", image.format(), "");
            if (image.isCut() && !request.incomplete()) {
                throw UserError.image(
                        image.path()
                                + " is cut off ("
                                + String.join("; ", image.damage())
                                + "); take it whole, or go on without what is missing with"
                                + " --incomplete");
            }
            for (String damage : image.damage()) {
                anomalies.add("image_damaged", 0, "image", damage);
            }
            KernelFinder finder = request.source().finder(image, progress);
            if (request.isf().isPresent()) {
                progress.stage("read symbol file", 0);
                finder.with(IsfReader.read(request.isf().get()));
            }
            progress.stage("find kernel", 0);
            Kernel kernel = find(finder, image);
            List<KernelRoots.Root> roots = KernelRoots.find(kernel, progress);

            progress.stage("read tasks", 0);
            TaskWalk taskWalk = new TaskWalk(kernel, anomalies);
            Collection<FoundTask> tasks = taskWalk.find();
            AddressSpaces addressSpaces = new AddressSpaces(kernel, anomalies);
            Map<Long, FoundMm> mms = addressSpaces.of(tasks);

            progress.stage("walk page tables", mms.size() + roots.size());
            PageTableFormat format = learnFormat(kernel, mms.values());
            TableWalks walks = new TableWalks(kernel, format, roots, anomalies, progress);
            walks.addAll(mms.values());
            PageTables tables = walks.tables();
            KernelRam kernelRam = KernelRam.of(kernel, tables, image);
            kernelRam.requireHeldBy(image, kernel, request, anomalies);

            OtherSources others = new OtherSources(kernel, tables, anomalies, progress);
            others.readFrames(walks.lastLevelOfUsers());
            if (request.scan()) {
                others.scan(mms.values(), request.hash());
                tasks = taskWalk.with(others.tasks(), others::mayHoldObjects);
                mms = addressSpaces.with(mms, tasks, others.mms(), others::mayHoldObjects);
                walks.addAll(mms.values());
            } else if (request.hash()) {
                others.hash();
            }
            walks.tellLeftOut();
            FoundTables found = others.foundTables(walks);

            progress.stage("partition", 0);
            TableMarks marks =
                    new TableMarks(
                            tables,
                            found,
                            others.frames(),
                            walks.reachedByUsers(),
                            walks.reachedByKernel());
            GuestIdentity identity = Identification.of(request, kernel, tasks, image);
            Moment moment = new Moment(kernel, roots, tasks, kernelRam.isHeldBy(image), anomalies);
            GraphBuilder graph =
                    new GraphBuilder(
                            kernel,
                            roots,
                            tasks,
                            mms,
                            tables,
                            found,
                            others.frames(),
                            others.frameHashes(),
                            anomalies,
                            image.notes(),
                            marks,
                            moment);
            GuestGraph built =
                    graph.build(
                            counts -> {
                                moment.tell(progress);
                                return Checkpoints.describe(
                                        request,
                                        identity,
                                        image,
                                        kernel,
                                        anomalies.count(),
                                        counts,
                                        this.found,
                                        taskWalk.views(),
                                        marks.levels());
                            });
            image.bytes().release();
            return built;
        } catch (InternalError e) {
            throw becameShorter(request, e);
        }
    }

    /** Such an error is the JVM's word for a mapped file that was cut while it was read. */
    private static UserError becameShorter(IngestRequest request, InternalError e) {
        return UserError.image(
                request.source().files().getFirst()
                        + " became shorter while it was read; nothing was kept",
                e);
    }

    /** Lets go of an image that was not read. */
    @Override
    public void close() {
        image.close();
    }

    /** What is wrong with the file may be why there is none. */
    private static Kernel find(KernelFinder finder, Image image) {
        try {
            return finder.find();
        } catch (UserError e) {
            if (image.damage().isEmpty() || e.kind() != UserError.Kind.IMAGE) {
                throw e;
            }
            throw UserError.image(
                    e.getMessage() + "; the file is damaged: " + String.join("; ", image.damage()),
                    e);
        }
    }

    /**
     * Every VMA that allows nothing carries the kernel's own PROT_NONE; where there is none, so
     * does the table that VMAs have it from.
     */
    private PageTableFormat learnFormat(Kernel kernel, Collection<FoundMm> mms) {
        PageTableFormat format = kernel.map().format();
        long[] noAccess =
                mms.stream()
                        .flatMap(mm -> mm.vmas().stream())
                        .filter(FoundVma::noAccess)
                        .mapToLong(FoundVma::pageProt)
                        .toArray();
        if (noAccess.length == 0) {
            noAccess = kernel.word("protection_map").stream().toArray();
        }
        long[] nonValid = {};
        if (noAccess.length == 0) {
            TableWalks draftWalks =
                    new TableWalks(kernel, format, List.of(), new Anomalies(), Progress.NONE);
            draftWalks.addAll(mms);
            PageTables draft = draftWalks.tables();
            nonValid =
                    LongStream.concat(
                                    LongStream.range(0, draft.swapRuns())
                                            .map(i -> draft.swapRaw((int) i)),
                                    LongStream.range(0, draft.leafRuns())
                                            .map(i -> draft.leafRaw((int) i)))
                            .toArray();
        }
        return kernel.architecture()
                .learnNonPresent(
                        format, kernel.types(), LongStream.of(noAccess), LongStream.of(nonValid));
    }

    /** Keeps what was found, to be properties of the checkpoint. */
    private final class Recorder implements Progress {
        private final Progress to;

        Recorder(Progress to) {
            this.to = to;
        }

        @Override
        public void stage(String name, long total) {
            to.stage(name, total);
        }

        @Override
        public void advance(long done) {
            to.advance(done);
        }

        @Override
        public void found(String what, String value, String proof) {
            found.put(what, proof.isEmpty() ? value : value + " (" + proof + ")");
            to.found(what, value, proof);
        }
    }
}
