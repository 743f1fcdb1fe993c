package org.postseal.gateway.config;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import org.postseal.certstore.Secret;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** Reads {@code loops}. */
final class LoopReader {
    private final YamlMapping mapping;
    private final PathReader paths;

    LoopReader(YamlMapping mapping, PathReader paths) {
        this.mapping = mapping;
        this.paths = paths;
    }

    LoopConfig read() {
        Optional<Secret> key = mapping.value("keyFile").flatMap(this::secret);
        Optional<LoopConfig.ExchangeHeader> header =
                mapping.mapping("exchangeHeader").flatMap(this::header);
        mapping.refuseOthers();
        return new LoopConfig(key, header);
    }

    private Optional<LoopConfig.ExchangeHeader> header(YamlMapping section) {
        Optional<String> name = section.required("name")
                .flatMap(value -> value.parsed(
                        "a field name such as X-Gateway-Done, none of ours or Exchange's", LoopReader::name));
        Optional<YamlValue> file = section.required("secretFile");
        Optional<Secret> secret = file.flatMap(this::secret);
        secret.filter(found -> !isWord(found))
                .ifPresent(_ -> file.ifPresent(value -> value.error(
                        "must hold one line of letters, digits and -._~+/=: it is the value of a header field")));
        section.refuseOthers();
        return name.flatMap(given -> secret.map(value -> new LoopConfig.ExchangeHeader(given, value)));
    }

    private Optional<Secret> secret(YamlValue value) {
        return paths.existingFile(value).flatMap(file -> {
            try {
                Secret secret = Secret.read(file);
                if (secret.octets().length >= LEAST) {
                    return Optional.of(secret);
                }
                value.error("holds fewer than " + LEAST + " octets: make it with `openssl rand -hex 32`");
            } catch (IOException unreadable) {
                value.error("cannot be used: " + YamlValue.clean(String.valueOf(unreadable.getMessage())));
            }
            return Optional.empty();
        });
    }

    // those that begin so are Exchange's and ours
    private static Optional<String> name(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        boolean isFree = text.matches("[Xx]-[A-Za-z0-9-]{1,60}")
                && !lower.startsWith("x-postseal-")
                && !lower.startsWith("x-ms-exchange-");
        return isFree ? Optional.of(text) : Optional.empty();
    }

    private static boolean isWord(Secret secret) {
        for (byte octet : secret.octets()) {
            if (WORD.indexOf(octet) < 0) {
                return false;
            }
        }
        return secret.octets().length <= LONGEST_WORD;
    }

    private static final String WORD = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=";
    private static final int LEAST = 16;
    private static final int LONGEST_WORD = 200;
}
