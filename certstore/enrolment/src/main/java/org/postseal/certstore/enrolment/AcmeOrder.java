package org.postseal.certstore.enrolment;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.PemText;
import org.postseal.certstore.database.AcmeChallenges;
import org.postseal.certstore.database.AcmeChallenges.AcmeChallenge;
import org.postseal.certstore.enrolment.EnrolmentAuthority.Answer;
import org.postseal.certstore.enrolment.EnrolmentAuthority.Request;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.Certificate;
import org.shredzone.acme4j.Identifier;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Order;
import org.shredzone.acme4j.Problem;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.challenge.Challenge;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeUserActionRequiredException;
import org.shredzone.acme4j.toolbox.JSON;

/**
 * Goes on with an order where the server has it. The address of the order is kept as soon as it is known, and nothing
 * else is needed to go on. So whatever a crash or a lost answer leaves behind, the next time begins by looking.
 */
final class AcmeOrder {
    private final Login login;
    private final AcmeHttp http;
    private final AcmeChallenges challenges;
    private final Clock clock;
    private final Duration pause;

    AcmeOrder(Login login, AcmeHttp http, AcmeChallenges challenges, Clock clock, Duration pause) {
        this.login = login;
        this.http = http;
        this.challenges = challenges;
        this.clock = clock;
        this.pause = pause;
    }

    Answer answer(Request request, URI server) throws AcmeException, IOException, GeneralSecurityException {
        Optional<Order> known = known(request.address());
        Order order = known.isPresent() ? known.get() : begun(request);
        boolean isFinalized = false;
        boolean isTold = false;
        for (int look = 0; look < LOOKS; look++) {
            if (look > 0) {
                await();
                order.fetch();
            }
            switch (order.getStatus()) {
                case PENDING -> {
                    Optional<Answer> answer = pending(order, request, server, isTold);
                    if (answer.isPresent()) {
                        return answer.get();
                    }
                    isTold = true;
                }
                case READY -> {
                    if (!isFinalized) {
                        order.execute(der(request.pkcs10()));
                    }
                    isFinalized = true;
                }
                case PROCESSING -> {}
                case VALID -> {
                    return issued(order, request, server);
                }
                case UNKNOWN -> {
                    return new Answer.Unavailable(server + " answers with an order whose status is unknown");
                }
                default -> {
                    return failed(order, request, server);
                }
            }
            if (http.retryAfter().filter(after -> after.compareTo(SHORT) > 0).isPresent()) {
                break;
            }
        }
        return new Answer.Later(
                server + " is at work on the order", http.retryAfter().or(() -> Optional.of(SOON)));
    }

    /** Returns the order that was begun before; empty if there is none that the server knows. */
    private Optional<Order> known(MailAddress address) throws AcmeException, IOException {
        Optional<String> url = challenges.url(address);
        if (url.isEmpty()) {
            return Optional.empty();
        }
        Order order = login.bindOrder(URI.create(url.get()).toURL());
        try {
            order.fetch();
            return Optional.of(order);
        } catch (AcmeUserActionRequiredException e) {
            throw e;
        } catch (AcmeException e) {
            // RFC 8555 §7.1.6 lets a server forget. The account may be another one, too, and not allowed to look.
            if (!GONE.contains(http.status())) {
                throw e;
            }
            challenges.remove(address);
            return Optional.empty();
        }
    }

    private Order begun(Request request) throws AcmeException, IOException {
        Order order = login.newOrder()
                .identifier(new Identifier("email", request.address().toString()))
                .create();
        keep(request, order, Optional.empty());
        return order;
    }

    private void keep(Request request, Order order, Optional<AcmeChallenge> challenge) throws IOException {
        if (!challenges.put(
                request.address(), request.order(), order.getLocation().toString(), challenge)) {
            throw new IOException("the order has ended meanwhile");
        }
    }

    /** Returns what the order waits for; empty if it waits for the server. */
    private Optional<Answer> pending(Order order, Request request, URI server, boolean isTold)
            throws AcmeException, IOException {
        Instant expires = order.getExpires().orElse(clock.instant().plus(LIFE));
        if (expires.isBefore(clock.instant())) {
            challenges.remove(request.address());
            return Optional.of(
                    new Answer.Later(server + " has waited for the order until " + expires, Optional.empty()));
        }
        Optional<Authorization> authorization = authorization(order, request.address());
        if (authorization.isEmpty()) {
            return Optional.of(
                    new Answer.Unavailable(server + " asks about another address than " + request.address()));
        }
        Optional<Challenge> offered = authorization.get().getChallenges().stream()
                .filter(each -> each.getType().equals("email-reply-00"))
                .findFirst();
        if (offered.isEmpty()) {
            return Optional.of(new Answer.Unavailable(server + " offers no challenge by mail, email-reply-00"));
        }
        Challenge challenge = offered.get();
        if (challenge.getStatus() == Status.INVALID || authorization.get().getStatus() == Status.INVALID) {
            return Optional.of(failed(order, request, server));
        }
        if (challenge.getStatus() != Status.PENDING) {
            return Optional.empty();
        }
        Optional<AcmeChallenge> told = read(challenge, request.address(), expires);
        if (told.isEmpty()) {
            return Optional.of(new Answer.Unavailable(
                    server + " answers with a challenge that has no sender, or no token of 128 bits"));
        }
        Optional<AcmeChallenge> kept = challenges
                .of(request.address())
                .filter(each -> each.token().equals(told.get().token())
                        && each.from().equals(told.get().from())
                        && each.thumbprint().equals(told.get().thumbprint()));
        if (kept.isEmpty()) {
            keep(request, order, told);
        }
        if (kept.map(AcmeChallenge::answered).orElse(Set.of()).isEmpty()) {
            return Optional.of(
                    new Answer.Later("waits for the mail of " + told.get().from(), Optional.of(MAIL)));
        }
        if (!isTold) {
            challenge.trigger();
        }
        return Optional.empty();
    }

    private static Optional<Authorization> authorization(Order order, MailAddress address) throws AcmeException {
        for (Authorization each : order.getAuthorizations()) {
            each.fetch();
            Identifier identifier = each.getIdentifier();
            if (identifier.getType().equals("email")
                    && MailAddress.parse(identifier.getValue())
                            .filter(address::equals)
                            .isPresent()) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    /** RFC 8823 §3: the token has at least 128 bits. */
    private Optional<AcmeChallenge> read(Challenge challenge, MailAddress address, Instant expires) {
        Optional<String> token = text(challenge, "token").filter(each -> each.matches("[A-Za-z0-9_-]{22,512}"));
        return text(challenge, "from")
                .flatMap(MailAddress::parse)
                .flatMap(from -> token.map(part ->
                        new AcmeChallenge(address, from, part, AcmeAccount.thumbprint(login), expires, Set.of())));
    }

    private static Optional<String> text(Challenge challenge, String name) {
        return challenge.getJSON().get(name).map(JSON.Value::asString);
    }

    /** The order cannot become valid any more, so the next time begins another one. */
    private Answer failed(Order order, Request request, URI server) throws AcmeException {
        Optional<Problem> problem = order.getError();
        for (Authorization each : problem.isPresent() ? List.<Authorization>of() : order.getAuthorizations()) {
            each.fetch();
            problem = problem.or(() -> each.getChallenges().stream()
                    .flatMap(challenge -> challenge.getError().stream())
                    .findFirst());
        }
        challenges.remove(request.address());
        String reason = server + " has given the order up"
                + problem.map(each -> ": " + AcmeProblems.words(each)).orElse("");
        return problem.filter(AcmeProblems::isRefusal).isPresent()
                ? new Answer.Refused(reason)
                : new Answer.Later(reason, Optional.empty());
    }

    private Answer issued(Order order, Request request, URI server) throws AcmeException, GeneralSecurityException {
        Certificate certificate = order.getCertificate();
        certificate.download();
        StringBuilder pem = new StringBuilder();
        for (X509Certificate each : certificate.getCertificateChain()) {
            pem.append(PemText.of("CERTIFICATE", each.getEncoded()));
        }
        // What is asked for once more after a day was not taken, and the server has nothing else under this order.
        Instant issued = certificate.getCertificate().getNotBefore().toInstant();
        if (issued.plus(Duration.ofDays(1)).isBefore(clock.instant())) {
            challenges.remove(request.address());
        }
        return AnswerFile.read(server + " answers with", pem.toString().getBytes(US_ASCII));
    }

    private void await() throws IOException {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static byte[] der(String pem) {
        return Base64.getMimeDecoder().decode(pem.replaceAll("-----[^-]+-----", ""));
    }

    /** So often an order is looked at in one run. */
    private static final int LOOKS = 6;
    /** A server that asks for more time than this is not waited for in the same run. */
    private static final Duration SHORT = Duration.ofSeconds(2);

    private static final Duration SOON = Duration.ofMinutes(1);
    private static final Duration MAIL = Duration.ofMinutes(5);
    /** How long an order lives whose server does not say it. */
    private static final Duration LIFE = Duration.ofDays(7);

    private static final List<Integer> GONE = List.of(401, 403, 404, 410);
}
