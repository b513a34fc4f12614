package dev.tablewalk.cypher.memory;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a group of rows comes to. */
abstract class Aggregate {
    /** Functions that aggregate. */
    static final Set<String> FUNCTIONS = Set.of("count", "collect", "sum", "min", "max");

    abstract void add(Object value);

    abstract @Nullable Object result();

    /** Takes a value; nulls are passed over. */
    void take(@Nullable Object value) {
        if (value != null) {
            add(value);
        }
    }

    static Aggregate of(String function, boolean distinct) {
        Aggregate aggregate =
                switch (function) {
                    case "count" -> new Count();
                    case "collect" -> new Collect();
                    case "sum" -> new Sum();
                    case "min" -> new Extreme(-1);
                    case "max" -> new Extreme(1);
                    default -> throw new NotUnderstoodException(function);
                };
        return distinct ? new Distinct(aggregate) : aggregate;
    }

    private static final class Distinct extends Aggregate {
        private final Set<Object> seen = new HashSet<>();
        private final Aggregate of;

        Distinct(Aggregate of) {
            this.of = of;
        }

        @Override
        void add(Object value) {
            if (seen.add(value)) {
                of.add(value);
            }
        }

        @Override
        @Nullable Object result() {
            return of.result();
        }
    }

    private static final class Count extends Aggregate {
        private long count;

        @Override
        void add(Object value) {
            count++;
        }

        @Override
        Object result() {
            return count;
        }
    }

    private static final class Collect extends Aggregate {
        private final List<Object> values = new ArrayList<>();

        @Override
        void add(Object value) {
            values.add(value);
        }

        @Override
        Object result() {
            return values;
        }
    }

    private static final class Sum extends Aggregate {
        private Object sum = 0L;

        @Override
        void add(Object value) {
            Object more = Operators.arithmetic("+", sum, value);
            if (more != null) {
                sum = more;
            }
        }

        @Override
        Object result() {
            return sum;
        }
    }

    private static final class Extreme extends Aggregate {
        private final int sign;
        private @Nullable Object extreme;

        Extreme(int sign) {
            this.sign = sign;
        }

        @Override
        void add(Object value) {
            if (extreme == null || sign * Operators.ORDER.compare(value, extreme) > 0) {
                extreme = value;
            }
        }

        @Override
        @Nullable Object result() {
            return extreme;
        }
    }
}
