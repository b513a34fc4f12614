package dev.tablewalk.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.maven.plugin.surefire.log.api.NullConsoleLogger;
import org.apache.maven.plugins.surefire.report.ReportTestCase;
import org.apache.maven.plugins.surefire.report.ReportTestSuite;
import org.apache.maven.plugins.surefire.report.SurefireReportParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Read back by the parser that Maven's own reports are made with. */
final class CheckJunitTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    private String write(FailOn failOn) throws IOException {
        return write(Reports.report(failOn));
    }

    private String write(CheckReport report) throws IOException {
        StringWriter text = new StringWriter();
        CheckJunit.print(report, new PrintWriter(text));
        Files.writeString(folder.resolve("TEST-check.xml"), text.toString());
        return text.toString();
    }

    private List<ReportTestSuite> suites(FailOn failOn) throws IOException {
        write(failOn);
        return suites();
    }

    private List<ReportTestSuite> suites() {
        return new SurefireReportParser(List.of(folder.toFile()), new NullConsoleLogger())
                .parseXMLReportFiles();
    }

    @Test
    void aSuiteIsACategoryAndACaseAConstraint() throws IOException {
        List<ReportTestSuite> suites = suites(FailOn.INFO);
        assertEquals(
                List.of("tablewalk.tasks", "tablewalk.vmas"),
                suites.stream().map(ReportTestSuite::getFullClassName).toList());
        assertEquals(2, suites.getFirst().getNumberOfFailures());
        assertEquals(0, suites.getFirst().getNumberOfErrors());
        assertEquals(1, suites.getLast().getNumberOfErrors());
        assertEquals(2, suites.getLast().getNumberOfTests());
        ReportTestCase worst = suites.getFirst().getTestCases().getFirst();
        assertEquals("worst", worst.getName());
        assertEquals("tablewalk.tasks", worst.getFullClassName());
        assertEquals(0.25, worst.getTime(), 0.001);
        assertTrue(worst.hasFailure());
        assertEquals("critical", worst.getFailureType());
        String detail = String.valueOf(worst.getFailureDetail());
        assertTrue(detail.contains("pa 0xfffffffffffff000, comm <script>alert(1)"), detail);
        assertTrue(
                detail.contains("2 of 3; all of them: tablewalk query guest --saved worst"),
                detail);
        assertTrue(suites.getLast().getTestCases().getFirst().isSuccessful());
        assertTrue(suites.getLast().getTestCases().getLast().hasError());
    }

    @Test
    void whatDoesNotFailTheCheckIsOutput() throws IOException {
        ReportTestSuite tasks = suites(FailOn.MAJOR).getFirst();
        assertEquals(1, tasks.getNumberOfFailures());
        assertTrue(tasks.getTestCases().getLast().isSuccessful());
        assertTrue(write(FailOn.MAJOR).contains("<system-out>info: What least finds"));
    }

    @Test
    void whatIsAcceptedIsSkippedAndSaysWhy() throws IOException {
        String xml = write(Reports.accepted());
        ReportTestSuite tasks = suites().getFirst();
        assertEquals(1, tasks.getNumberOfSkipped());
        assertEquals(1, tasks.getNumberOfFailures());
        ReportTestCase kept = tasks.getTestCases().getFirst();
        assertTrue(kept.hasSkipped());
        assertTrue(xml.contains("<skipped message=\"accepted by the baseline: 281\">"), xml);
        assertTrue(xml.contains("281 accepted until 2027-06-30: it &lt;b&gt;compiles"), xml);
        assertTrue(xml.contains("1 not accepted any more, expired 2020-01-01"), xml);
        assertTrue(xml.contains("matches nothing any more: line 7, gone (comm sh)"), xml);
    }

    @Test
    void nothingIsThereThatXmlCannotHold() throws IOException {
        write(FailOn.INFO)
                .codePoints()
                .forEach(c -> assertFalse((c < ' ' && c != '\n') || c >= 0xfffe, () -> "" + c));
    }
}
