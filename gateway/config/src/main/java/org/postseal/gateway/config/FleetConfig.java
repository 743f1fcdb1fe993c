package org.postseal.gateway.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.database.PostgresAddress;
import org.postseal.certstore.database.PostgresSettings;
import org.postseal.gateway.audit.chain.CheckpointKey;
import org.postseal.policy.yaml.YamlValue;

/**
 * Settings of a gateway that is one of several.
 *
 * @param node the name of this gateway, which no other one of the fleet has
 * @param database what all of them share
 * @param policy where the policy comes from; empty if this gateway reads a file of its own
 */
public record FleetConfig(String node, PostgresSettings database, Optional<SharedPolicy> policy) {
    /**
     * Says that the policy comes from the database.
     *
     * @param signers files with the public keys of those who may sign a policy
     * @param copy the file to which the policy in force is written, for the console and for commands
     */
    public record SharedPolicy(List<Path> signers, Path copy) {}

    static Optional<FleetConfig> read(Section fleet, PathReader paths) {
        Key<String> node = fleet.required("node", NODE);
        Key<PostgresSettings> database = fleet.required("database", Type.section(section -> database(section, paths)));
        Key<SharedPolicy> policy = fleet.key("policy", Type.section(section -> policy(section, paths)));
        return node.with(database, (name, settings) -> new FleetConfig(name, settings, policy.value()));
    }

    private static Optional<SharedPolicy> policy(Section policy, PathReader paths) {
        Key<List<Path>> signers = policy.required("signers", Type.oneOrMore(paths::namedFile));
        signers.mustOpen(files -> {
            for (Path file : files) {
                // Another process may be the only one that may read it.
                if (Files.isReadable(file)) {
                    var _ = CheckpointKey.readPublic(List.of(file));
                }
            }
        });
        Key<Path> copy = policy.required("copy", paths::writableFile);
        return signers.with(copy, SharedPolicy::new);
    }

    private static Optional<PostgresSettings> database(Section database, PathReader paths) {
        Key<PostgresAddress> url = database.required("url", FleetConfig::address);
        Optional<Path> passwordFile =
                database.key("passwordFile", paths::secretFile).value();
        Key<Tls> tls = database.key("tls", Type.word(Tls.class));
        Key<Path> trust = database.key("trust", paths::existingFile);
        boolean isTls = tls.or(Tls.VERIFY) == Tls.VERIFY;
        if (!isTls) {
            trust.error("has no effect without tls");
        }
        return url.value().map(address -> {
            if (!isTls && !address.isLocal()) {
                tls.warning("lets whoever is on the way read and change what the gateways share");
            }
            return new PostgresSettings(address, passwordFile, isTls, trust.value());
        });
    }

    private static Optional<PostgresAddress> address(YamlValue value) {
        // The message about a wrong value repeats it.
        if (value.string().filter(text -> text.matches(".*:[^/@]*@.*")).isPresent()) {
            value.error("must not hold a password: give a passwordFile beside it");
            return Optional.empty();
        }
        return ADDRESS.read(value);
    }

    private enum Tls {
        VERIFY,
        OFF
    }

    private static final Type<String> NODE =
            Type.matching("a name of up to 63 letters, digits and hyphens", "[A-Za-z0-9][A-Za-z0-9-]{0,62}");
    private static final Type<PostgresAddress> ADDRESS = Type.text(
            "an address such as postgresql://postseal@db1.example.com,db2.example.com/postseal",
            PostgresAddress::parse);
}
