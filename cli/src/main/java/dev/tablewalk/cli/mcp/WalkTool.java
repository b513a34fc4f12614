package dev.tablewalk.cli.mcp;

import dev.tablewalk.cli.input.Addresses;
import dev.tablewalk.cli.output.Terminal;
import dev.tablewalk.cli.report.Walk;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Shows how a virtual address is translated, level by level. */
final class WalkTool extends Tool {
    private static final int LEVELS = 8;

    private final OpenCheckpoints checkpoints;

    WalkTool(OpenCheckpoints checkpoints) {
        super(
                "walk",
                "Walk page tables",
                "Translates a virtual address of a process as the guest's MMU does, and shows the"
                        + " descriptor of each level: table, index, raw descriptor, its attributes"
                        + " and where it leads. Use it to tell where an address lies in physical"
                        + " memory, or why it is not mapped. An address of the kernel's half is"
                        + " walked from the kernel's root. "
                        + UNTRUSTED,
                new Shape()
                        .with("checkpoint", Shape.text(), "Its name, as list gives it.")
                        .with("pid", Shape.number(), "The process, or any of its threads.")
                        .with("va", Shape.text(), "The virtual address: 0x…, or in decimal."),
                Fitting.shape("steps", "A level each, from the root on.")
                        .with("end", Shape.text(), "Where the address leads, in words."));
        this.checkpoints = checkpoints;
    }

    @Override
    Map<String, @Nullable Object> answer(Arguments arguments, Call call) {
        long va = Addresses.parse(arguments.text("va"));
        Walk walk =
                checkpoints.ask(
                        arguments.text("checkpoint"),
                        call,
                        checkpoint ->
                                Walk.ask(
                                        checkpoint,
                                        arguments.json().path("pid").asLong(),
                                        va,
                                        call.queryStop()));
        Fitting steps = new Fitting(LEVELS);
        walk.steps().forEach(step -> steps.add(() -> RowsOf.object(walk.columns(), step)));
        Map<String, @Nullable Object> answer = steps.answer("steps", true);
        StringWriter text = new StringWriter();
        walk.print(new PrintWriter(text), Terminal.NONE);
        answer.put("end", text.toString().strip().lines().toList().getLast());
        return answer;
    }
}
