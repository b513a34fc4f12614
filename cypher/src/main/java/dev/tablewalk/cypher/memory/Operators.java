package dev.tablewalk.cypher.memory;

import dev.tablewalk.graph.UserError;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cypher's operators on values, with its rules for null: what is not known stays so. */
final class Operators {
    /** As ORDER BY, min() and max() have it: null is behind all. */
    static final Comparator<@Nullable Object> ORDER = Operators::order;

    private Operators() {}

    static boolean isTrue(@Nullable Object value) {
        return Boolean.TRUE.equals(value);
    }

    static @Nullable Boolean equal(@Nullable Object left, @Nullable Object right) {
        if (left == null || right == null) {
            return null;
        }
        if (left instanceof List<?> one && right instanceof List<?> other) {
            return equalLists(one, other);
        }
        if (left instanceof Number one && right instanceof Number other) {
            return compareNumbers(one, other) == 0;
        }
        return left.equals(right);
    }

    private static @Nullable Boolean equalLists(List<?> left, List<?> right) {
        if (left.size() != right.size()) {
            return false;
        }
        Boolean equal = true;
        for (int i = 0; i < left.size(); i++) {
            Boolean each = equal(left.get(i), right.get(i));
            if (each == null) {
                equal = null;
            } else if (!each) {
                return false;
            }
        }
        return equal;
    }

    static @Nullable Boolean in(@Nullable Object value, @Nullable Object list) {
        if (list == null) {
            return null;
        }
        Boolean in = false;
        for (Object each : list(list)) {
            Boolean equal = equal(value, each);
            if (equal == null) {
                in = null;
            } else if (equal) {
                return true;
            }
        }
        return in;
    }

    /** How two values compare; null if they do not. */
    static @Nullable Integer compare(@Nullable Object left, @Nullable Object right) {
        if (left instanceof Number one && right instanceof Number other) {
            return compareNumbers(one, other);
        }
        if (left instanceof String one && right instanceof String other) {
            return compareTexts(one, other);
        }
        if (left instanceof Boolean one && right instanceof Boolean other) {
            return one.compareTo(other);
        }
        if (left instanceof List<?> || right instanceof List<?>) {
            throw new NotUnderstoodException("lists are compared");
        }
        return null;
    }

    private static int compareNumbers(Number left, Number right) {
        return left instanceof Long && right instanceof Long
                ? Long.compare(left.longValue(), right.longValue())
                : Double.compare(left.doubleValue(), right.doubleValue());
    }

    /** By code points, where Java's own order is by UTF-16. */
    private static int compareTexts(String left, String right) {
        int most = Math.min(left.length(), right.length());
        for (int i = 0; i < most; i++) {
            char one = left.charAt(i);
            char other = right.charAt(i);
            if (one != other) {
                return Character.isSurrogate(one) != Character.isSurrogate(other)
                        ? Boolean.compare(Character.isSurrogate(one), Character.isSurrogate(other))
                        : Character.compare(one, other);
            }
        }
        return Integer.compare(left.length(), right.length());
    }

    private static int rank(@Nullable Object value) {
        return switch (value) {
            case List<?> _ -> 0;
            case String _ -> 1;
            case Boolean _ -> 2;
            case Number _ -> 3;
            case null -> 4;
            default -> throw new NotUnderstoodException("the order of " + value.getClass());
        };
    }

    private static int order(@Nullable Object left, @Nullable Object right) {
        int ranks = Integer.compare(rank(left), rank(right));
        if (ranks != 0 || left == null || right == null) {
            return ranks;
        }
        if (left instanceof List<?> one && right instanceof List<?> other) {
            for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
                int each = order(one.get(i), other.get(i));
                if (each != 0) {
                    return each;
                }
            }
            return Integer.compare(one.size(), other.size());
        }
        Integer compared = compare(left, right);
        return compared == null ? 0 : compared;
    }

    static @Nullable Object arithmetic(
            String operator, @Nullable Object left, @Nullable Object right) {
        if (operator.equals("+") && (left instanceof List<?> || right instanceof List<?>)) {
            return left == null || right == null ? null : joined(list(left), list(right));
        }
        if (left == null || right == null) {
            return null;
        }
        if (operator.equals("+") && left instanceof String one && right instanceof String other) {
            return one + other;
        }
        if (left instanceof Long one && right instanceof Long other && !operator.equals("^")) {
            return switch (operator) {
                case "+" -> Math.addExact(one, other);
                case "-" -> Math.subtractExact(one, other);
                case "*" -> Math.multiplyExact(one, other);
                case "/" -> one / other;
                case "%" -> one % other;
                default -> throw new NotUnderstoodException(operator);
            };
        }
        if (left instanceof Number one && right instanceof Number other) {
            double x = one.doubleValue();
            double y = other.doubleValue();
            return switch (operator) {
                case "+" -> x + y;
                case "-" -> x - y;
                case "*" -> x * y;
                case "/" -> x / y;
                case "%" -> x % y;
                case "^" -> Math.pow(x, y);
                default -> throw new NotUnderstoodException(operator);
            };
        }
        throw new NotUnderstoodException(left.getClass() + " " + operator + " " + right.getClass());
    }

    private static List<@Nullable Object> joined(List<?> left, List<?> right) {
        List<@Nullable Object> all = new ArrayList<>(left);
        all.addAll(right);
        return all;
    }

    static List<?> list(Object value) {
        if (value instanceof List<?> list) {
            return list;
        }
        throw new NotUnderstoodException("a list, and there is " + value.getClass());
    }

    /** An integer, where Cypher takes nothing else. */
    static long integer(@Nullable Object value) {
        if (value instanceof Long number) {
            return number;
        }
        throw UserError.input("expected an integer, and there is " + value);
    }
}
