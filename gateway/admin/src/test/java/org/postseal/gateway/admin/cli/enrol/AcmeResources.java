package org.postseal.gateway.admin.cli.enrol;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The resources of RFC 8555 §7.1: what is asked is checked, and refused with a problem that is remembered. Confined to
 * the lock of {@link ScriptedAcme}.
 */
final class AcmeResources {
    private final AcmeScript script;
    private final AcmeIssuer issuer;
    private final String base;
    private final List<String> faults;
    private final Set<String> nonces = new HashSet<>();
    private final Map<String, Account> accounts = new LinkedHashMap<>();
    private final Map<String, AcmeOrder> orders = new LinkedHashMap<>();

    private record Account(Map<String, Object> jwk, String thumbprint, boolean isValid) {}

    record Answer(int status, Map<String, String> headers, String body) {}

    /** @param faults where the faults of the client are added */
    AcmeResources(AcmeScript script, AcmeIssuer issuer, String base, List<String> faults) {
        this.script = script;
        this.issuer = issuer;
        this.base = base;
        this.faults = faults;
    }

    Collection<AcmeOrder> orders() {
        return orders.values();
    }

    @Nullable
    AcmeOrder order(String path) {
        return orders.get(id(path));
    }

    /** Returns what a resource answers whatever it was asked. */
    Answer broken(AcmeFault fault) {
        return switch (fault) {
            case SERVER_ERROR -> refuse(500, "serverInternal");
            case NOT_FOUND -> refuse(404, "malformed");
            case RATE_LIMITED -> with(refuse(429, "rateLimited"), "Retry-After", "3600");
            case REJECTED_IDENTIFIER -> refuse(403, "rejectedIdentifier");
            case UNSUPPORTED_IDENTIFIER -> refuse(400, "unsupportedIdentifier");
            case CAA -> refuse(403, "caa");
            case REDIRECT -> new Answer(302, Map.of("Location", "https://elsewhere.example/"), "");
            case GARBAGE -> new Answer(200, Map.of("Content-Type", "text/html"), "<html>Down for maintenance</html>");
            default -> new Answer(200, Map.of(), "{");
        };
    }

    private Answer refuse(int status, String type) {
        return problem(new AcmeProblem(status, type, "the script wants it so"));
    }

    private Answer problem(AcmeProblem problem) {
        return new Answer(
                problem.status(),
                Map.of("Content-Type", "application/problem+json", "Replay-Nonce", nonce()),
                AcmeJson.text(problem.document()));
    }

    Answer answer(HttpExchange exchange, String path, String resource, byte[] body) {
        try {
            String agent = exchange.getRequestHeaders().getFirst("User-Agent");
            if (agent == null || agent.isBlank()) {
                throw AcmeProblem.malformed("there is no User-Agent");
            }
            String method = exchange.getRequestMethod();
            if (path.equals("directory") && method.equals("GET")) {
                return directory();
            }
            if (path.equals("new-nonce") && (method.equals("HEAD") || method.equals("GET"))) {
                return new Answer(
                        method.equals("HEAD") ? 200 : 204,
                        Map.of("Replay-Nonce", nonce(), "Cache-Control", "no-store", "Link", index()),
                        "");
            }
            if (!method.equals("POST")) {
                throw new AcmeProblem(405, "malformed", "the method is " + method);
            }
            if (!"application/jose+json".equals(exchange.getRequestHeaders().getFirst("Content-Type"))) {
                throw new AcmeProblem(415, "malformed", "the content type is not application/jose+json");
            }
            Answer answer = post(path, resource, new String(body, UTF_8));
            return with(with(answer, "Replay-Nonce", nonce()), "Link", index());
        } catch (AcmeProblem e) {
            faults.add(exchange.getRequestMethod() + " /" + path + ": " + e.getMessage());
            return with(problem(e), "Link", index());
        }
    }

    private Answer directory() {
        Map<String, Object> meta = new LinkedHashMap<>();
        meta.put("termsOfService", url("terms"));
        if (script.bindingName != null) {
            meta.put("externalAccountRequired", true);
        }
        return json(
                200,
                Map.of(
                        "newNonce", url("new-nonce"),
                        "newAccount", url("new-account"),
                        "newOrder", url("new-order"),
                        "revokeCert", url("revoke-cert"),
                        "keyChange", url("key-change"),
                        "meta", meta));
    }

    private Answer post(String path, String resource, String body) throws AcmeProblem {
        AcmeJws jws = AcmeJws.read(AcmeJson.object(body), Set.of("alg", "nonce", "url"));
        if (!Set.of("ES256", "RS256").contains(jws.header("alg"))) {
            throw new AcmeProblem(400, "badSignatureAlgorithm", "alg is " + jws.header("alg"));
        }
        AcmeJws.decode(jws.header("nonce"));
        if (!nonces.remove(jws.header("nonce"))) {
            throw new AcmeProblem(400, "badNonce", "the nonce was never given out or is used");
        }
        if (!jws.header("url").equals(url(path))) {
            throw new AcmeProblem(401, "unauthorized", "the url of the protected header is " + jws.header("url"));
        }
        boolean isNew = resource.equals("new-account");
        if (jws.header().containsKey("jwk") != isNew || jws.header().containsKey("kid") == isNew) {
            throw AcmeProblem.malformed("the protected header must have " + (isNew ? "jwk" : "kid") + " alone");
        }
        if (resource.equals(script.faults.get(AcmeFault.BAD_NONCE_ALWAYS))
                || script.faults.remove(AcmeFault.BAD_NONCE_ONCE, resource)) {
            return refuse(400, "badNonce");
        }
        if (isNew) {
            Map<String, Object> jwk = AcmeJws.object(jws.header(), "jwk");
            AcmeJws.key(jwk);
            jws.verify(jwk);
            return newAccount(jwk, jws.payload());
        }
        String kid = jws.header("kid");
        Account account = kid.startsWith(url("account/")) ? accounts.get(id(kid)) : null;
        if (account == null) {
            throw new AcmeProblem(400, "accountDoesNotExist", "the kid is no URL of an account");
        }
        jws.verify(account.jwk);
        if (script.is(AcmeFault.ACCOUNT_DEACTIVATED)) {
            return refuse(401, "unauthorized");
        }
        if (!account.isValid) {
            throw new AcmeProblem(401, "unauthorized", "the account is deactivated");
        }
        return switch (resource) {
            case "account" -> account(kid, path, jws.payload());
            case "new-order" -> newOrder(id(kid), jws.payload());
            case "order", "authorization", "challenge", "finalize", "certificate" -> {
                AcmeOrder order = orders.get(id(path));
                if (order == null || !order.account.equals(id(kid))) {
                    throw new AcmeProblem(404, "malformed", "there is no such resource of this account");
                }
                yield ofOrder(resource, order, account, jws.payload());
            }
            default -> throw new AcmeProblem(404, "malformed", "there is no such resource");
        };
    }

    private Answer newAccount(Map<String, Object> jwk, String payload) throws AcmeProblem {
        Map<String, Object> asked = AcmeJson.object(payload);
        String thumbprint = AcmeJws.thumbprint(jwk);
        for (Map.Entry<String, Account> each : accounts.entrySet()) {
            if (each.getValue().thumbprint.equals(thumbprint)) {
                return account(200, each.getKey());
            }
        }
        if (Boolean.TRUE.equals(asked.get("onlyReturnExisting"))) {
            // Asking is no fault
            return refuse(400, "accountDoesNotExist");
        }
        if (!Boolean.TRUE.equals(asked.get("termsOfServiceAgreed"))) {
            throw new AcmeProblem(403, "userActionRequired", "the terms of service are not agreed to");
        }
        if (asked.containsKey("contact")
                && !(asked.get("contact") instanceof List<?> contacts
                        && contacts.stream().allMatch(each -> each.toString().matches("mailto:[^@,?]+@[^@,?]+")))) {
            throw new AcmeProblem(400, "invalidContact", "a contact is not one mailto: without header fields");
        }
        if (script.bindingName != null) {
            bound(jwk, asked);
        }
        String id = Integer.toString(accounts.size() + 1);
        accounts.put(id, new Account(jwk, thumbprint, true));
        return account(201, id);
    }

    private void bound(Map<String, Object> jwk, Map<String, Object> asked) throws AcmeProblem {
        if (!asked.containsKey("externalAccountBinding")) {
            throw new AcmeProblem(403, "externalAccountRequired", "there is no externalAccountBinding");
        }
        AcmeJws binding = AcmeJws.read(AcmeJws.object(asked, "externalAccountBinding"), Set.of("alg", "kid", "url"));
        if (!binding.header("alg").equals("HS256")
                || binding.header().containsKey("nonce")
                || !binding.header("url").equals(url("new-account"))
                || !AcmeJson.object(binding.payload()).equals(jwk)) {
            throw AcmeProblem.malformed("the binding has another alg, url or key, or a nonce");
        }
        if (!binding.header("kid").equals(script.bindingName)) {
            throw new AcmeProblem(401, "unauthorized", "the external account is unknown");
        }
        binding.verifyMac(script.bindingSecret);
    }

    private Answer account(String kid, String path, String payload) throws AcmeProblem {
        if (!kid.equals(url(path))) {
            throw new AcmeProblem(401, "unauthorized", "the account is another one");
        }
        if (!payload.isEmpty() && "deactivated".equals(AcmeJson.object(payload).get("status"))) {
            accounts.computeIfPresent(id(path), (_, old) -> new Account(old.jwk, old.thumbprint, false));
        }
        return account(200, id(path));
    }

    private Account known(String id) {
        return Objects.requireNonNull(accounts.get(id));
    }

    private Answer account(int status, String id) {
        String state = known(id).isValid ? "valid" : "deactivated";
        return with(
                json(status, Map.of("status", state, "orders", url("orders/" + id))), "Location", url("account/" + id));
    }

    private Answer newOrder(String account, String payload) throws AcmeProblem {
        Object identifiers = AcmeJson.object(payload).get("identifiers");
        if (!(identifiers instanceof List<?> list && list.size() == 1 && list.getFirst() instanceof Map<?, ?> one)) {
            throw AcmeProblem.malformed("an order has one identifier here: " + identifiers);
        }
        if (!"email".equals(one.get("type"))) {
            throw new AcmeProblem(400, "unsupportedIdentifier", "the type of the identifier is " + one.get("type"));
        }
        String address = String.valueOf(one.get("value"));
        if (!address.matches("[!-~&&[^@<>]]+@[A-Za-z0-9.-]+")) {
            throw new AcmeProblem(400, "rejectedIdentifier", "the identifier is no address: " + address);
        }
        String id = Integer.toString(orders.size() + 1);
        String part1 = token(20);
        String part2 = script.is(AcmeFault.SHORT_TOKEN)
                ? token(6)
                : script.is(AcmeFault.BAD_TOKEN) ? token(16) + "+/=" : token(16);
        AcmeMail.Challenge challenge = new AcmeMail.Challenge(
                address,
                "acme-challenge+" + id + "@ca.example",
                script.replyTo,
                part1,
                AcmeJws.response(part1, part2, known(account).jwk),
                "<" + token(9) + "@ca.example>");
        AcmeOrder order = new AcmeOrder(id, account, part2, challenge);
        orders.put(id, order);
        return with(order(201, order), "Location", url("order/" + id));
    }

    private Answer ofOrder(String resource, AcmeOrder order, Account account, String payload) throws AcmeProblem {
        boolean isAsked = payload.isEmpty();
        if (!isAsked && !Set.of("challenge", "finalize").contains(resource)) {
            throw AcmeProblem.malformed("a POST-as-GET has no payload");
        }
        switch (resource) {
            case "challenge" -> {
                if (!isAsked) {
                    if (!AcmeJson.object(payload).isEmpty()) {
                        throw AcmeProblem.malformed("the payload for a challenge is {}");
                    }
                    order.isPosted = true;
                    order.settle();
                }
                return with(json(200, challenge(order)), "Link", index());
            }
            case "authorization" -> {
                return json(200, authorization(order));
            }
            case "finalize" -> {
                finish(order, account, payload);
            }
            case "certificate" -> {
                if (order.chain.isEmpty()) {
                    throw new AcmeProblem(404, "malformed", "there is no certificate yet");
                }
                return new Answer(200, Map.of("Content-Type", "application/pem-certificate-chain"), pem(order.chain));
            }
            default -> {
                if (script.is(AcmeFault.ORDER_FORGOTTEN)) {
                    return refuse(404, "malformed");
                }
                order.polls++;
            }
        }
        return order(200, order);
    }

    private void finish(AcmeOrder order, Account account, String payload) throws AcmeProblem {
        if (!order.status.equals("ready") || script.is(AcmeFault.ORDER_PENDING)) {
            throw new AcmeProblem(403, "orderNotReady", "the order is " + order.status);
        }
        byte[] request = AcmeJws.decode(AcmeJws.string(AcmeJson.object(payload), "csr"));
        var key = AcmeIssuer.requested(request, order.challenge.address(), AcmeJws.key(account.jwk));
        order.polls = 0;
        order.status = script.is(AcmeFault.ORDER_INVALID) ? "invalid" : "valid";
        try {
            if (order.status.equals("valid")) {
                order.chain = issuer.issue(
                        order.challenge.address(),
                        key,
                        script.now.minus(script.backdated),
                        script.time,
                        script.faults.keySet());
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private Answer order(int status, AcmeOrder order) {
        String state = order.status;
        if (script.is(AcmeFault.ORDER_PENDING) && state.equals("ready")) {
            state = "pending";
        } else if (state.equals("valid")
                && (script.is(AcmeFault.ORDER_PROCESSING) || (script.is(AcmeFault.ORDER_SLOW) && order.polls < 2))) {
            state = "processing";
        }
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("status", state);
        members.put("expires", script.now.plus(Duration.ofDays(7)).toString());
        members.put(
                "identifiers",
                script.is(AcmeFault.TWO_IDENTIFIERS)
                        ? List.of(order.identifier(), Map.of("type", "email", "value", "mallory@elsewhere.example"))
                        : List.of(order.identifier()));
        members.put("authorizations", List.of(link("authorization", order)));
        members.put("finalize", link("finalize", order));
        if (state.equals("valid") && !script.is(AcmeFault.VALID_WITHOUT_CERTIFICATE)) {
            members.put("certificate", link("certificate", order));
        }
        if (state.equals("invalid")) {
            members.put(
                    "error",
                    order.error() == null
                            ? new AcmeProblem(403, "rejectedIdentifier", "the address is on a list").document()
                            : order.error());
        }
        Answer answer = json(status, members);
        return state.equals("processing") || script.is(AcmeFault.ORDER_PENDING)
                ? with(answer, "Retry-After", "1")
                : answer;
    }

    private Map<String, Object> authorization(AcmeOrder order) {
        String state = order.challengeStatus();
        return Map.of(
                "status",
                state.equals("processing") ? "pending" : state,
                "expires",
                script.now.plus(Duration.ofDays(7)).toString(),
                "identifier",
                order.identifier(),
                "challenges",
                script.is(AcmeFault.NO_EMAIL_CHALLENGE)
                        ? List.of(Map.of(
                                "type",
                                "http-01",
                                "url",
                                link("challenge", order),
                                "status",
                                "pending",
                                "token",
                                order.part2))
                        : List.of(challenge(order)));
    }

    private Map<String, Object> challenge(AcmeOrder order) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("type", "email-reply-00");
        members.put("url", link("challenge", order));
        members.put("status", order.challengeStatus());
        members.put("from", script.is(AcmeFault.FROM_IS_NO_ADDRESS) ? "The Authority" : order.challenge.from());
        members.put("token", order.part2);
        if (order.challengeStatus().equals("valid")) {
            members.put("validated", script.now.toString());
        }
        if (order.isPosted && order.error() != null) {
            members.put("error", order.error());
        }
        return members;
    }

    private String link(String resource, AcmeOrder order) {
        return script.is(AcmeFault.OTHER_HOST)
                ? "https://elsewhere.example/" + resource + "/" + order.id
                : url(resource + "/" + order.id);
    }

    private String url(String path) {
        return base + path;
    }

    private String index() {
        return "<" + url("directory") + ">;rel=\"index\"";
    }

    private String nonce() {
        String nonce = token(16);
        nonces.add(nonce);
        return nonce;
    }

    private static Answer json(int status, Map<String, Object> members) {
        return new Answer(status, Map.of(), AcmeJson.text(members));
    }

    private static Answer with(Answer answer, String header, String value) {
        Map<String, String> headers = new LinkedHashMap<>(answer.headers);
        headers.put(header, value);
        return new Answer(answer.status, headers, answer.body);
    }

    private static String id(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static String token(int octets) {
        byte[] random = new byte[octets];
        RANDOM.nextBytes(random);
        return AcmeJws.encode(random);
    }

    private static String pem(List<X509Certificate> chain) {
        try {
            return AcmeIssuer.pem(chain);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static final SecureRandom RANDOM = new SecureRandom();
}
