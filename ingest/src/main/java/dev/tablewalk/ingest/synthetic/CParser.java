package dev.tablewalk.ingest.synthetic;

import dev.tablewalk.ingest.synthetic.CType.Enumerator;
import dev.tablewalk.ingest.synthetic.CType.Keyword;
import dev.tablewalk.ingest.synthetic.CType.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the few C declarations that kernel structs are made of; enough for our own, no more. */
final class CParser {
    private static final Pattern TOKEN = Pattern.compile("\\s+|-?\\w+|[{}\\[\\]();*:,=]");
    private static final Set<String> BASE_WORDS =
            Set.of("void", "char", "short", "int", "long", "unsigned", "signed", "_Bool");

    private final List<String> tokens = new ArrayList<>();
    private final CTypes types;
    private int at;

    private CParser(String text, CTypes types) {
        this.types = types;
        Matcher matcher = TOKEN.matcher(text);
        int end = 0;
        while (matcher.find()) {
            if (matcher.start() != end) {
                throw new IllegalArgumentException("unreadable: " + text.substring(end));
            }
            end = matcher.end();
            if (!matcher.group().isBlank()) {
                tokens.add(matcher.group());
            }
        }
    }

    /** Types of these declarations, each of which must come before it is used by value. */
    static CTypes parse(String text) {
        CTypes types = new CTypes();
        CParser parser = new CParser(text, types);
        while (parser.at < parser.tokens.size()) {
            parser.declaration();
        }
        return types;
    }

    private void declaration() {
        if (accept("typedef")) {
            CType of = specifier();
            Member declared = declarator(of);
            types.define(
                    new CType.TypedefName(declared.name()),
                    new CType.Typedef(declared.name(), declared.type()));
        } else {
            specifier();
        }
        expect(";");
    }

    private CType specifier() {
        if (accept("const")) {
            return new CType.Qualified(true, specifier());
        }
        if (accept("volatile")) {
            return new CType.Qualified(false, specifier());
        }
        if (accept("struct")) {
            return aggregate(Keyword.STRUCT);
        }
        if (accept("union")) {
            return aggregate(Keyword.UNION);
        }
        if (accept("enum")) {
            return enumeration();
        }
        if (BASE_WORDS.contains(peek())) {
            Set<String> words = new TreeSet<>();
            while (BASE_WORDS.contains(peek())) {
                words.add(next());
            }
            return base(words);
        }
        return new CType.TypedefName(next());
    }

    /** Base types under the names that compilers give them in debug information. */
    private static CType base(Set<String> words) {
        boolean unsigned = words.contains("unsigned");
        if (words.contains("void")) {
            return new CType.NoType();
        }
        if (words.contains("_Bool")) {
            return new CType.Int("_Bool", 1, false);
        }
        if (words.contains("char")) {
            return new CType.Int(unsigned ? "unsigned char" : "char", 1, false);
        }
        if (words.contains("short")) {
            return new CType.Int(unsigned ? "short unsigned int" : "short int", 2, !unsigned);
        }
        if (words.contains("long")) {
            return new CType.Int(unsigned ? "long unsigned int" : "long int", 8, !unsigned);
        }
        return new CType.Int(unsigned ? "unsigned int" : "int", 4, !unsigned);
    }

    private CType aggregate(Keyword keyword) {
        String name = peek().equals("{") ? "" : next();
        CType.Tag tag = new CType.Tag(keyword, name);
        if (!accept("{")) {
            return tag;
        }
        List<Member> members = new ArrayList<>();
        while (!accept("}")) {
            CType type = specifier();
            do {
                members.add(declarator(type));
            } while (accept(","));
            expect(";");
        }
        CType.Aggregate laidOut = types.layOut(keyword, name, members);
        if (name.isEmpty()) {
            return laidOut;
        }
        types.define(tag, laidOut);
        return tag;
    }

    private CType enumeration() {
        String name = next();
        CType.Tag tag = new CType.Tag(Keyword.ENUM, name);
        if (!accept("{")) {
            return tag;
        }
        List<Enumerator> enumerators = new ArrayList<>();
        long value = 0;
        int size = 4;
        while (!accept("}")) {
            String enumerator = next();
            if (accept("=")) {
                value = Long.decode(next());
            }
            size = value == (int) value ? size : 8;
            enumerators.add(new Enumerator(enumerator, value++));
            accept(",");
        }
        types.define(tag, new CType.Enumeration(name, size, List.copyOf(enumerators)));
        return tag;
    }

    private Member declarator(CType specifier) {
        CType type = specifier;
        while (accept("*")) {
            type = new CType.Pointer(type);
        }
        String name = peek().equals(";") ? "" : next();
        List<Integer> counts = new ArrayList<>();
        while (accept("[")) {
            counts.addFirst(Integer.parseInt(next()));
            expect("]");
        }
        for (int count : counts) {
            type = new CType.Array(type, count);
        }
        return new Member(name, type, 0, accept(":") ? Integer.parseInt(next()) : 0);
    }

    private String peek() {
        return tokens.get(at);
    }

    private String next() {
        return tokens.get(at++);
    }

    private boolean accept(String token) {
        if (!peek().equals(token)) {
            return false;
        }
        at++;
        return true;
    }

    private void expect(String token) {
        if (!accept(token)) {
            throw new IllegalArgumentException("expected " + token + " before " + peek());
        }
    }
}
