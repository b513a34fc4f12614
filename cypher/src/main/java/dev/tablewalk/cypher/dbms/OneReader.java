package dev.tablewalk.cypher.dbms;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.Map;
import org.neo4j.internal.kernel.api.connectioninfo.ClientConnectionInfo;
import org.neo4j.internal.kernel.api.security.AbstractSecurityLog;
import org.neo4j.internal.kernel.api.security.AuthSubject;
import org.neo4j.internal.kernel.api.security.AuthenticationResult;
import org.neo4j.internal.kernel.api.security.LoginContext;
import org.neo4j.internal.kernel.api.security.SecurityContext;
import org.neo4j.kernel.api.security.AuthManager;
import org.neo4j.kernel.api.security.AuthToken;
import org.neo4j.kernel.database.PrivilegeDatabaseReference;

/** Knows one user, by a password, and lets it read. */
final class OneReader extends AuthManager {
    private final byte[] password;

    OneReader(String password) {
        this.password = password.getBytes(UTF_8);
    }

    @Override
    public LoginContext login(Map<String, Object> token, ClientConnectionInfo from) {
        boolean known =
                BoltAccess.USER.equals(token.get(AuthToken.PRINCIPAL))
                        && token.get(AuthToken.CREDENTIALS) instanceof byte[] given
                        && MessageDigest.isEqual(given, password);
        AuthToken.clearCredentials(token);
        return new Login(
                new Subject(known ? AuthenticationResult.SUCCESS : AuthenticationResult.FAILURE),
                from);
    }

    /** Nobody else is known, so nobody can be taken for another. */
    @Override
    public LoginContext impersonate(LoginContext login, String user) {
        return new Login(new Subject(AuthenticationResult.FAILURE), login.connectionInfo());
    }

    private record Subject(AuthenticationResult getAuthenticationResult) implements AuthSubject {
        @Override
        public boolean hasUsername(String name) {
            return name.equals(BoltAccess.USER);
        }

        @Override
        public String executingUser() {
            return BoltAccess.USER;
        }
    }

    private static final class Login extends LoginContext {
        Login(AuthSubject subject, ClientConnectionInfo from) {
            super(subject, from);
        }

        @Override
        public SecurityContext authorize(
                IdLookup ids,
                PrivilegeDatabaseReference database,
                AbstractSecurityLog log,
                long timeout) {
            return new Reader(subject(), connectionInfo(), database.name());
        }
    }
}
