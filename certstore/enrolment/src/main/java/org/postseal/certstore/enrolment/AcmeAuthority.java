package org.postseal.certstore.enrolment;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.database.AcmeChallenges;
import org.postseal.certstore.database.DatabaseException;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeServerException;

/**
 * An authority behind a server of ACME (RFC 8555) that certifies mail addresses (RFC 8823). It mails a challenge to the
 * address, and a gateway that receives the mail answers it; what that needs is among the {@link AcmeChallenges}.
 */
public final class AcmeAuthority implements EnrolmentAuthority {
    private final Server server;
    private final AcmeChallenges challenges;
    private final Clock clock;
    private final Duration pause;
    private Optional<Visit> visit = Optional.empty();

    public AcmeAuthority(Server server, AcmeChallenges challenges, Clock clock) {
        this(server, challenges, clock, Duration.ofSeconds(1));
    }

    /** @param pause the time between two looks at an order on which the server is at work */
    AcmeAuthority(Server server, AcmeChallenges challenges, Clock clock, Duration pause) {
        this.server = server;
        this.challenges = challenges;
        this.clock = clock;
        this.pause = pause;
    }

    /**
     * A server, and our account there.
     *
     * @param directory the URL of RFC 8555 §7.1.1
     * @param trust the anchors of its TLS certificate, in PEM
     * @param account the file of the account key, which is made if it is missing
     * @param contact whom the authority can write to
     * @param termsAgreed true if the administrator agrees to the authority's terms
     * @param timeLimit how long an order may take, the answers to all requests together
     */
    public record Server(
            URI directory,
            Path trust,
            Path account,
            MailAddress contact,
            Optional<ExternalAccount> externalAccount,
            boolean termsAgreed,
            Duration timeLimit) {}

    /**
     * An account that we have at the authority already (RFC 8555 §7.3.4).
     *
     * @param hmacFile has the key in base64url on its first line
     */
    public record ExternalAccount(String keyId, Path hmacFile) {}

    /** A login, and the client that it goes by. */
    private record Visit(AcmeHttp http, Login login) {}

    @Override
    public Answer ask(Request request) {
        try {
            Answer answer = answer(request);
            if (answer instanceof Answer.Unavailable) {
                leave();
            }
            return answer;
        } catch (DatabaseException e) {
            throw e;
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            // The library throws unchecked exceptions for what it cannot read.
            leave();
            return new Answer.Unavailable(server.directory + " cannot be asked: " + words(e));
        }
    }

    private Answer answer(Request request) throws IOException, GeneralSecurityException {
        AcmeHttp http = visit.isPresent() ? visit.get().http() : new AcmeHttp(BoundedHttps.client(server.trust));
        http.limit(server.timeLimit);
        try {
            if (visit.isEmpty()) {
                visit = Optional.of(new Visit(http, login(http)));
            }
            return new AcmeOrder(visit.get().login(), http, challenges, clock, pause).answer(request, server.directory);
        } catch (AcmeServerException e) {
            return AcmeProblems.answer(server.directory + " answers", e.getProblem(), http.retryAfter());
        } catch (AcmeException e) {
            String reason = server.directory + " cannot be asked: " + words(e);
            return http.status() >= FIRST_ERROR && http.retryAfter().isPresent()
                    ? new Answer.Later(reason, http.retryAfter())
                    : new Answer.Unavailable(reason);
        } finally {
            if (visit.isEmpty()) {
                http.close();
            }
        }
    }

    private Login login(AcmeHttp http) throws AcmeException, IOException, GeneralSecurityException {
        Session session = new Session(server.directory, http);
        session.networkSettings().setTimeout(server.timeLimit);
        session.networkSettings().setCompressionEnabled(false);
        Optional<URI> terms = session.getMetadata().getTermsOfService();
        if (terms.isPresent() && !server.termsAgreed) {
            throw new IOException("it has terms, which termsAgreed accepts: " + terms.get());
        }
        return AcmeAccount.login(session, server);
    }

    /** Forgets the login, so that the next order finds another server or a corrected file. */
    private void leave() {
        visit.ifPresent(each -> each.http().close());
        visit = Optional.empty();
    }

    private static String words(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null && (cause instanceof AcmeException || cause.getMessage() == null)) {
            cause = cause.getCause();
        }
        return Optional.ofNullable(cause.getMessage()).orElse(cause.getClass().getSimpleName());
    }

    private static final int FIRST_ERROR = 400;
}
