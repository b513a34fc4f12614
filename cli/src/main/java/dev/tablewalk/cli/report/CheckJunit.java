package dev.tablewalk.cli.report;

import dev.tablewalk.cypher.check.Outcome;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * A check as the XML that JUnit's runners write and CI servers read: a suite a category, a test
 * case a constraint. A test case fails where its violations fail the check; what else was found is
 * its output. One that found only what a baseline accepts is skipped, and says why.
 */
public final class CheckJunit {
    private final CheckReport report;
    private final XMLStreamWriter xml;

    private CheckJunit(CheckReport report, XMLStreamWriter xml) {
        this.report = report;
        this.xml = xml;
    }

    /** Prints it. */
    public static void print(CheckReport report, PrintWriter out) {
        try {
            XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out);
            new CheckJunit(report, xml).write();
            xml.flush();
            out.println();
            out.flush();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("the XML cannot be written", e);
        }
    }

    private void write() throws XMLStreamException {
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeCharacters("\n");
        xml.writeStartElement("testsuites");
        attribute("name", "tablewalk check " + report.checkpoint().name());
        totals(report.outcomes());
        Map<String, List<Outcome>> suites = new LinkedHashMap<>();
        report.outcomes()
                .forEach(
                        outcome ->
                                suites.computeIfAbsent(
                                                outcome.query().category(),
                                                category -> new ArrayList<>())
                                        .add(outcome));
        for (Map.Entry<String, List<Outcome>> suite : suites.entrySet()) {
            suite(suite.getKey(), suite.getValue());
        }
        if (report.baseline() != null && !report.baseline().stale().isEmpty()) {
            stale(report.baseline());
        }
        line(0);
        xml.writeEndElement();
        xml.writeEndDocument();
    }

    private void suite(String category, List<Outcome> outcomes) throws XMLStreamException {
        line(1);
        xml.writeStartElement("testsuite");
        attribute("name", suiteName(category));
        totals(outcomes);
        for (Outcome outcome : outcomes) {
            testCase(outcome);
        }
        line(1);
        xml.writeEndElement();
    }

    /** A suite of its own: JUnit's form has no other place for what is of no test case. */
    private void stale(CheckReport.Baselined baseline) throws XMLStreamException {
        line(1);
        xml.writeStartElement("testsuite");
        attribute("name", suiteName("baseline"));
        totals(List.of());
        line(2);
        xml.writeStartElement("system-out");
        StringBuilder text = new StringBuilder("baseline " + baseline.file() + ":\n");
        baseline.stale().forEach(entry -> text.append(AcceptedText.stale(entry)).append('\n'));
        text(text.toString());
        xml.writeEndElement();
        line(1);
        xml.writeEndElement();
    }

    private void totals(List<Outcome> outcomes) throws XMLStreamException {
        attribute("tests", String.valueOf(outcomes.size()));
        attribute(
                "failures",
                String.valueOf(outcomes.stream().filter(report.failOn()::isFailedBy).count()));
        attribute(
                "errors",
                String.valueOf(outcomes.stream().filter(each -> each.error() != null).count()));
        attribute(
                "skipped", String.valueOf(outcomes.stream().filter(CheckJunit::isSkipped).count()));
        attribute("time", seconds(outcomes.stream().mapToDouble(Outcome::seconds).sum()));
    }

    private void testCase(Outcome outcome) throws XMLStreamException {
        line(2);
        xml.writeStartElement("testcase");
        attribute("name", outcome.query().id());
        attribute("classname", suiteName(outcome.query().category()));
        attribute("time", seconds(outcome.seconds()));
        String error = outcome.error();
        if (error != null) {
            problem("error", "could not be asked", error, "");
        } else if (report.failOn().isFailedBy(outcome)) {
            String message = outcome.query().title() + ": " + outcome.count();
            problem("failure", outcome.severity().toString(), message, rows(outcome));
        } else if (isSkipped(outcome)) {
            line(3);
            xml.writeStartElement("skipped");
            attribute("message", "accepted by the baseline: " + outcome.accepted().count());
            text(rows(outcome));
            xml.writeEndElement();
        } else if (outcome.state() == Outcome.State.FAILED) {
            line(3);
            xml.writeStartElement("system-out");
            text(outcome.severity() + ": " + outcome.query().title() + "\n" + rows(outcome));
            xml.writeEndElement();
        }
        line(2);
        xml.writeEndElement();
    }

    private static boolean isSkipped(Outcome outcome) {
        return outcome.state() == Outcome.State.ACCEPTED;
    }

    private void problem(String element, String type, String message, String body)
            throws XMLStreamException {
        line(3);
        xml.writeStartElement(element);
        attribute("type", type);
        attribute("message", message);
        text(body);
        xml.writeEndElement();
    }

    private String rows(Outcome outcome) {
        StringBuilder text = new StringBuilder();
        outcome.rows()
                .forEach(
                        row ->
                                text.append(ColumnText.line(outcome.query().columns(), row))
                                        .append('\n'));
        if (outcome.rows().size() < outcome.count()) {
            text.append(outcome.rows().size())
                    .append(" of ")
                    .append(outcome.count())
                    .append("; all of them: ")
                    .append(report.command().printing(outcome.query()))
                    .append('\n');
        }
        AcceptedText.lines(outcome).forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }

    /** Readers look a case's class up among the suites. */
    private static String suiteName(String category) {
        return "tablewalk." + category;
    }

    private static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%.3f", seconds);
    }

    private void line(int depth) throws XMLStreamException {
        xml.writeCharacters("\n" + "  ".repeat(depth));
    }

    private void attribute(String name, String value) throws XMLStreamException {
        xml.writeAttribute(name, legal(value));
    }

    private void text(String text) throws XMLStreamException {
        xml.writeCharacters(legal(text));
    }

    /** XML 1.0 has no way to write some characters, not even as references. */
    private static String legal(String text) {
        StringBuilder legal = new StringBuilder(text.length());
        text.codePoints().forEach(c -> legal.appendCodePoint(isLegal(c) ? c : 0xfffd));
        return legal.toString();
    }

    private static boolean isLegal(int c) {
        return c == '\t'
                || c == '\n'
                || (c >= 0x20 && c <= 0xd7ff)
                || (c >= 0xe000 && c <= 0xfffd)
                || (c >= 0x10000 && c <= 0x10ffff);
    }
}
