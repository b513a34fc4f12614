package dev.tablewalk.spark;

/** A question that is not asked, with the reason in a line. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    Refusal(String why) {
        super(why);
    }
}
