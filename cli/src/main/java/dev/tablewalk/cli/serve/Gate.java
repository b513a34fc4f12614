package dev.tablewalk.cli.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lets a request in that carries the token and was not made by another site's page.
 *
 * <p>The token comes once, in the link, and then as a cookie that no script can read. Cookies do
 * not know ports, so the name has it. A page that a name of an attacker's leads to this address
 * (DNS rebinding) is told by {@code Host}: only an address, {@code localhost} or the name that was
 * listened at is answered.
 */
final class Gate extends Filter {
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
                    + " connect-src 'self'; base-uri 'none'; form-action 'none';"
                    + " frame-ancestors 'none'";

    private static final Pattern ADDRESS =
            Pattern.compile("localhost|[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[[0-9a-f:.]+]");

    private final String listenedAt;
    private final int port;
    private final byte[] token;

    Gate(String listenedAt, int port, String token) {
        this.listenedAt = listenedAt.toLowerCase(Locale.ROOT);
        this.port = port;
        this.token = token.getBytes(UTF_8);
    }

    @Override
    public String description() {
        return "token, host and origin";
    }

    @Override
    public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
        harden(exchange.getResponseHeaders());
        Headers request = exchange.getRequestHeaders();
        String host = request.getFirst("Host");
        if (host == null || !isOurs(host)) {
            refuse(exchange, 403, "tablewalk does not answer for another host's name");
        } else if (!isFromOurPage(request, host)) {
            refuse(exchange, 403, "tablewalk does not answer another site's page");
        } else if (isKnown(linkToken(exchange))) {
            exchange.getResponseHeaders()
                    .add(
                            "Set-Cookie",
                            cookie()
                                    + "="
                                    + new String(token, UTF_8)
                                    + "; HttpOnly; SameSite=Strict; Path=/");
            exchange.getResponseHeaders().set("Location", "/");
            exchange.sendResponseHeaders(303, -1);
            exchange.close();
        } else if (isKnown(cookieToken(request)) || isKnown(bearerToken(request))) {
            chain.doFilter(exchange);
        } else {
            refuse(exchange, 401, "Open the link that tablewalk serve has printed: it has a token");
        }
    }

    private static void harden(Headers response) {
        response.set("Content-Security-Policy", POLICY);
        response.set("X-Content-Type-Options", "nosniff");
        response.set("Referrer-Policy", "no-referrer");
        response.set("Cross-Origin-Resource-Policy", "same-origin");
        response.set("Cross-Origin-Opener-Policy", "same-origin");
        response.set("Cache-Control", "no-store");
    }

    private boolean isOurs(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        String suffix = ":" + port;
        if (!lower.endsWith(suffix)) {
            return false;
        }
        String name = lower.substring(0, lower.length() - suffix.length());
        return name.equals(listenedAt) || ADDRESS.matcher(name).matches();
    }

    /** A browser says where a request comes from; what is no browser says nothing. */
    private static boolean isFromOurPage(Headers request, String host) {
        String origin = request.getFirst("Origin");
        String site = request.getFirst("Sec-Fetch-Site");
        boolean navigation = "navigate".equals(request.getFirst("Sec-Fetch-Mode"));
        return (origin == null || origin.equals("http://" + host))
                && (site == null
                        || site.equals("same-origin")
                        || site.equals("none")
                        || (navigation && origin == null));
    }

    private boolean isKnown(@Nullable String given) {
        return given != null && MessageDigest.isEqual(given.getBytes(UTF_8), token);
    }

    private static @Nullable String linkToken(HttpExchange exchange) {
        String query = exchange.getRequestURI().getRawQuery();
        return query != null
                        && query.startsWith("token=")
                        && exchange.getRequestURI().getPath().equals("/")
                ? query.substring("token=".length())
                : null;
    }

    private String cookie() {
        return "tablewalk-" + port;
    }

    private @Nullable String cookieToken(Headers request) {
        String prefix = cookie() + "=";
        for (String header : request.getOrDefault("Cookie", List.of())) {
            for (String one : header.split(";", -1)) {
                if (one.strip().startsWith(prefix)) {
                    return one.strip().substring(prefix.length());
                }
            }
        }
        return null;
    }

    private static @Nullable String bearerToken(Headers request) {
        String header = request.getFirst("Authorization");
        return header != null && header.startsWith("Bearer ")
                ? header.substring("Bearer ".length())
                : null;
    }

    private static void refuse(HttpExchange exchange, int status, String why) throws IOException {
        byte[] text = (why + ".\n").getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(status, text.length);
        exchange.getResponseBody().write(text);
        exchange.close();
    }
}
