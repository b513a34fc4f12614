package dev.tablewalk.graph;

/**
 * Ends a command with one line that says what is wrong, where, and what to do. Its {@link #kind}
 * decides the exit code.
 */
public final class UserError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Whose fault it is. */
    public enum Kind {
        /** What the user typed or pointed at is wrong. */
        INPUT(2),
        /** The image cannot be understood. */
        IMAGE(3);

        private final int exitCode;

        Kind(int exitCode) {
            this.exitCode = exitCode;
        }

        public int exitCode() {
            return exitCode;
        }
    }

    private final Kind kind;

    private UserError(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    private UserError(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public static UserError input(String message) {
        return new UserError(Kind.INPUT, message);
    }

    public static UserError input(String message, Throwable cause) {
        return new UserError(Kind.INPUT, message, cause);
    }

    public static UserError image(String message) {
        return new UserError(Kind.IMAGE, message);
    }

    public static UserError image(String message, Throwable cause) {
        return new UserError(Kind.IMAGE, message, cause);
    }

    public Kind kind() {
        return kind;
    }
}
