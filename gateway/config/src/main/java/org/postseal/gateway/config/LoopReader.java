package org.postseal.gateway.config;

import java.util.Optional;
import org.postseal.certstore.Secret;
import org.postseal.policy.yaml.YamlMapping;

/** Reads {@code loops}. */
final class LoopReader {
    private final YamlMapping mapping;
    private final HeaderSecrets secrets;

    LoopReader(YamlMapping mapping, PathReader paths) {
        this.mapping = mapping;
        this.secrets = new HeaderSecrets(paths::secretFile);
    }

    LoopConfig read() {
        Optional<Secret> key = mapping.value("keyFile").flatMap(secrets::secret);
        Optional<LoopConfig.ExchangeHeader> header =
                mapping.mapping("exchangeHeader").flatMap(this::header);
        mapping.refuseOthers();
        return new LoopConfig(key, header);
    }

    private Optional<LoopConfig.ExchangeHeader> header(YamlMapping section) {
        Optional<String> name = HeaderSecrets.name(section);
        Optional<Secret> secret = section.required("secretFile").flatMap(secrets::word);
        section.refuseOthers();
        return name.flatMap(given -> secret.map(value -> new LoopConfig.ExchangeHeader(given, value)));
    }
}
