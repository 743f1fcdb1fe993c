package org.postseal.gateway.rollout;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import org.postseal.certstore.Secret;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.config.LoopConfig;
import org.postseal.gateway.mail.TenantTokens;

/**
 * What the rules of a tenant and the gateway tell each other.
 *
 * @param token field that the rules write
 * @param submission its value on mail that leaves
 * @param inbound its value on mail that comes
 * @param done what the gateway writes
 * @param areNew made just now, not those of the configuration
 */
public record Secrets(String token, String submission, String inbound, ExchangeOnline.Field done, boolean areNew) {
    /** Those of the configuration where it has all of them, else new ones of 32 octets. */
    public static Secrets of(GatewayConfig config) {
        Optional<TenantTokens> tokens = config.listeners().stream()
                .flatMap(listener -> listener.tenantTokens().stream())
                .filter(each -> each.submission().isPresent() && each.inbound().isPresent())
                .findFirst();
        Optional<LoopConfig.ExchangeHeader> header = config.loops().exchangeHeader();
        if (tokens.isPresent() && header.isPresent()) {
            return new Secrets(
                    tokens.get().field(),
                    text(tokens.get().submission().orElseThrow()),
                    text(tokens.get().inbound().orElseThrow()),
                    new ExchangeOnline.Field(
                            header.get().name(), text(header.get().value())),
                    false);
        }
        return new Secrets("X-To-Gateway", fresh(), fresh(), new ExchangeOnline.Field("X-From-Gateway", fresh()), true);
    }

    private static String text(Secret secret) {
        return new String(secret.octets(), US_ASCII);
    }

    private static String fresh() {
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
