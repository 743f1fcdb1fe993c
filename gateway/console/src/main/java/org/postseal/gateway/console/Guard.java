package org.postseal.gateway.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.InstantSource;
import java.util.Base64;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postseal.gateway.config.ConsoleConfig;
import org.postseal.gateway.config.HostPort;
import org.postseal.gateway.console.http.Page;
import org.postseal.gateway.console.http.Request;
import org.postseal.gateway.mail.login.Logins;

/** Decides which requests are admitted. Thread-safe. */
final class Guard {
    private final Optional<Logins> logins;
    private final Set<String> hosts = new HashSet<>();
    private final FailedLogins failed;
    private final KnownPasswords known;

    Guard(ConsoleConfig config, InstantSource clock) {
        this.logins = config.logins();
        this.failed = new FailedLogins(clock);
        this.known = new KnownPasswords(clock);
        hosts.addAll(config.hosts());
        hosts.add(withoutPort(HostPort.text(config.address())));
        if (config.address().getAddress().isLoopbackAddress()) {
            hosts.addAll(Set.of("localhost", "127.0.0.1", "[::1]"));
        }
    }

    /** Says whether a request is admitted. */
    sealed interface Admission {
        /** The request is admitted. */
        record Admitted(String visitor) implements Admission {}

        /** The request is refused, with this page as the answer. */
        record Refused(Page page) implements Admission {}
    }

    Admission admit(Request request) {
        // This stops DNS rebinding: a page of a stranger, whose host name leads to this machine, must read nothing
        // under that name.
        if (request.field("host")
                .filter(host -> hosts.contains(withoutPort(host)))
                .isEmpty()) {
            return refused(421, "this host name is not one of console.hosts");
        }
        // Nor may a stranger's page make this process do work. A person may still follow a link from there.
        if (request.field("sec-fetch-site").equals(Optional.of("cross-site"))
                && !request.field("sec-fetch-mode").equals(Optional.of("navigate"))) {
            return refused(403, "pages of other sites may not ask this");
        }
        return logins.isEmpty()
                ? new Admission.Admitted(request.certificate().orElse("anybody, without a login"))
                : login(request, logins.get());
    }

    private Admission login(Request request, Logins users) {
        Optional<Credentials> given = request.field("authorization").flatMap(Credentials::read);
        if (given.isEmpty()) {
            return asks();
        }
        String user = given.get().user();
        String password = given.get().password();
        if (known.has(user, password)) {
            return new Admission.Admitted(user);
        }
        if (failed.isBarred(request.peer(), user)) {
            return new Admission.Refused(Page.text(429, "too many wrong passwords, try again later")
                    .with(Map.of("retry-after", String.valueOf(FailedLogins.WINDOW.toSeconds()))));
        }
        if (users.check(user, password).isEmpty()) {
            failed.failed(request.peer(), user);
            return asks();
        }
        failed.succeeded(request.peer(), user);
        known.add(user, password);
        return new Admission.Admitted(user);
    }

    // RFC 7617 §2, §2.1
    private static Admission asks() {
        return new Admission.Refused(Page.text(401, "user and password, please")
                .with(Map.of("www-authenticate", "Basic realm=\"Postseal\", charset=\"UTF-8\"")));
    }

    private static Admission refused(int status, String why) {
        return new Admission.Refused(Page.text(status, why));
    }

    private static String withoutPort(String host) {
        return host.toLowerCase(Locale.ROOT).replaceFirst(":[0-9]{1,5}$", "");
    }

    /** Holds user and password as HTTP carries them. */
    private record Credentials(String user, String password) {
        static Optional<Credentials> read(String field) {
            if (!field.regionMatches(true, 0, "Basic ", 0, 6)) {
                return Optional.empty();
            }
            try {
                String text =
                        new String(Base64.getDecoder().decode(field.substring(6).strip()), UTF_8);
                int colon = text.indexOf(':');
                return colon < 0 || text.length() > LONGEST
                        ? Optional.empty()
                        : Optional.of(new Credentials(text.substring(0, colon), text.substring(colon + 1)));
            } catch (IllegalArgumentException notBase64) {
                return Optional.empty();
            }
        }
    }

    private static final int LONGEST = 2048;
}
