package org.postseal.gateway.admin.rollout;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.Secret;
import org.postseal.gateway.admin.rollout.ExchangeOnline.Field;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.config.LoopConfig;
import org.postseal.gateway.mail.TenantTokens;

/**
 * Secret header values by which a tenant's rules and the gateway recognise each other's mail.
 *
 * @param token the name of the header field that the rules write
 * @param submission the field's value on mail that leaves; empty if such mail does not go through the gateway
 * @param inbound the field's value on mail that comes in; empty if such mail does not go through the gateway
 * @param done the field and value that the gateway writes
 * @param areNew whether some were made just now
 */
public record Secrets(String token, Optional<String> submission, Optional<String> inbound, Field done, boolean areNew) {
    /**
     * Takes the secrets of the configuration; for those it does not have it makes new ones.
     *
     * @throws IllegalArgumentException when listeners serve several tenants, since nothing says which of them is meant
     */
    public static Secrets of(GatewayConfig config) {
        List<TenantTokens> tokens = config.listeners().stream()
                .flatMap(listener -> listener.tenantTokens().stream())
                .toList();
        if (tokens.size() > 1) {
            throw new IllegalArgumentException("several listeners have tenantTokens:"
                    + " give a configuration that has the tenant's listener alone, with -c");
        }
        Secrets fresh = fresh();
        Optional<LoopConfig.ExchangeHeader> header = config.loops().exchangeHeader();
        Field done = header.map(found -> new Field(found.name(), text(found.value())))
                .orElse(fresh.done);
        return tokens.stream()
                .findFirst()
                .map(found -> new Secrets(
                        found.field(),
                        found.submission().map(Secrets::text),
                        found.inbound().map(Secrets::text),
                        done,
                        header.isEmpty()))
                .orElseGet(() -> new Secrets(fresh.token, fresh.submission, fresh.inbound, done, true));
    }

    private static String text(Secret secret) {
        return new String(secret.octets(), US_ASCII);
    }

    /** Makes new secrets of 32 octets under the usual names. */
    public static Secrets fresh() {
        return new Secrets(
                "X-To-Gateway", Optional.of(word()), Optional.of(word()), new Field("X-From-Gateway", word()), true);
    }

    /** Returns the line of a file with a new secret. */
    public static byte[] line() {
        return (word() + "\n").getBytes(US_ASCII);
    }

    private static String word() {
        byte[] octets = new byte[32];
        RANDOM.nextBytes(octets);
        return HexFormat.of().formatHex(octets);
    }

    @Override
    public String toString() {
        return "Secrets of " + token + " and " + done.name();
    }

    private static final SecureRandom RANDOM = new SecureRandom();
}
