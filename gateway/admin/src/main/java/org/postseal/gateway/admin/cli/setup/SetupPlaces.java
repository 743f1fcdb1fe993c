package org.postseal.gateway.admin.cli.setup;

import java.nio.file.Path;

/**
 * Says where everything lies: where the package puts it, or beside any other configuration file.
 *
 * @param config {@code postseal.yaml}
 * @param state the folder of what the service alone may read
 * @param log the folder of the audit log
 */
record SetupPlaces(Path config, Path state, Path log) {
    static SetupPlaces of(Path configFile) {
        Path config = configFile.toAbsolutePath().normalize();
        return config.equals(PACKAGED)
                ? new SetupPlaces(config, Path.of("/var/lib/postseal"), Path.of("/var/log/postseal"))
                : new SetupPlaces(config, folder(config), folder(config));
    }

    Path policy() {
        return config.resolveSibling("policy.yaml");
    }

    Path policyTests() {
        return config.resolveSibling("policy.test.yaml");
    }

    Path authority() {
        return config.resolveSibling("ca");
    }

    Path rootPassphrase() {
        return config.resolveSibling("root.pass");
    }

    Path issuingPassphrase() {
        return config.resolveSibling("issuing.pass");
    }

    Path masterKey() {
        return state.resolve("master.key");
    }

    Path database() {
        return state.resolve("postseal.db");
    }

    Path anchors() {
        return state.resolve("store/trust");
    }

    /** Returns the folder of what setup itself has to know later. Root trusts it, so it is not the service's. */
    Path kept() {
        return config.resolveSibling("setup");
    }

    /** Returns the folder that keeps what Postfix's files were. */
    Path postfix() {
        return kept().resolve("postfix");
    }

    /** Returns the file that exists while Postfix has not read its files, and names their folder. */
    Path unread() {
        return kept().resolve("reload");
    }

    /** Returns the file that says what became of the trial message. */
    Path trial() {
        return kept().resolve("trial.txt");
    }

    private static Path folder(Path file) {
        Path folder = file.getParent();
        return folder == null ? file : folder;
    }

    static final Path PACKAGED = Path.of("/etc/postseal/postseal.yaml");
}
