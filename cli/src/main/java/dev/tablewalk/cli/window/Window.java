package dev.tablewalk.cli.window;

import java.io.IOException;
import org.jline.terminal.Terminal;

/** Where somebody sits and types. */
public interface Window {
    /**
     * Takes it over, until that is closed.
     *
     * @throws IOException if it cannot be used
     */
    Terminal open() throws IOException;

    /** What shows there what does not fit it. */
    Pager pager();
}
