package org.postseal.gateway.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.database.DatabasePlace;
import org.postseal.certstore.directory.DirectorySettings;
import org.postseal.certstore.directory.SelectionRules;
import org.postseal.certstore.key.token.TokenSettings;
import org.postseal.certstore.remote.ldap.LdapSettings;
import org.postseal.certstore.remote.smimea.SmimeaSettings;
import org.postseal.certstore.remote.sync.SyncSettings;
import org.postseal.policy.settings.GatewayWishes;

/**
 * The section {@code directory} of {@code postseal.yaml}: where certificates and keys are looked for in addition to the
 * files of the certificate store.
 *
 * @param database the gateway's own database, or that of its fleet; without it, only files, tokens and directory
 *     servers are asked
 * @param masterKey the key that wraps the private keys of the database; without it, the database holds none
 * @param publicCopy file to which a running gateway writes everything public, for the console
 * @param sources the sources to ask, in this order: the constants below, and names of directory servers behind {@code
 *     ldap:} or {@code mirror:}
 * @param ldap all directory servers
 * @param mirrors the servers that are copied into the database
 * @param smimea how certificates are looked for in DNS; empty if they are not looked for there
 * @param tokens hardware tokens, which keep their keys
 * @param harvest whether certificates of verified mail are remembered
 * @param trustCollections collections of the database whose anchors count in addition to those of {@code store/trust}
 * @param revocation how the gateway finds out whether a certificate is revoked
 * @param settings settings of the cache and of the selection of certificates
 * @param chosenCertificates whether the certificate that a user or administrator chose signs, and not the newest one
 * @param groupLimit longest time that finding the members of one group may take
 */
public record DirectoryConfig(
        Optional<DatabasePlace> database,
        Optional<Path> masterKey,
        Optional<Path> publicCopy,
        List<String> sources,
        List<LdapSettings> ldap,
        List<Mirror> mirrors,
        Optional<SmimeaSettings> smimea,
        List<TokenSettings> tokens,
        boolean harvest,
        List<String> trustCollections,
        RevocationConfig revocation,
        DirectorySettings settings,
        boolean chosenCertificates,
        Duration groupLimit) {
    /** The default of Exchange's OWADLExpansionTimeout. */
    static final Duration GROUP_LIMIT = Duration.ofSeconds(60);

    /** The administrator's choices for an address, in the database. */
    public static final String PINS = "pins";
    /** Certificates of our own users and imported ones, in the database. */
    public static final String OWN = "own";

    public static final String FILES = "files";
    /** Certificates of verified mail, in the database. */
    public static final String HARVESTED = "harvested";
    /** Certificates in DNS (RFC 8162). */
    public static final String SMIMEA = "smimea";
    /** The prefix of a directory server that is asked itself. */
    public static final String LDAP = "ldap:";

    /** The prefix of a directory server whose copy in the database is asked. */
    public static final String MIRROR = "mirror:";

    /**
     * A directory server that is copied into the database.
     *
     * @param sync how it is copied; the source is {@link #MIRROR} and the name of the server
     */
    public record Mirror(LdapSettings server, SyncSettings sync) {}

    /** Only the files of the certificate store are asked. */
    public static final DirectoryConfig FILES_ONLY =
            new DirectoryReader(Section.empty(), new PathReader(Path.of("/"))).read(Optional.empty());

    public DirectoryConfig {
        sources = List.copyOf(sources);
        ldap = List.copyOf(ldap);
        mirrors = List.copyOf(mirrors);
        tokens = List.copyOf(tokens);
        trustCollections = List.copyOf(trustCollections);
    }

    /**
     * Returns what is left while the database is missing: files, tokens and directory servers. The servers are asked in
     * place of their copies.
     */
    public DirectoryConfig withoutDatabase() {
        return new DirectoryConfig(
                Optional.empty(),
                Optional.empty(),
                publicCopy,
                sources.stream()
                        .filter(name -> !List.of(PINS, OWN, HARVESTED).contains(name))
                        .map(name -> name.startsWith(MIRROR) ? LDAP + name.substring(MIRROR.length()) : name)
                        .distinct()
                        .toList(),
                ldap,
                List.of(),
                smimea,
                tokens,
                false,
                List.of(),
                revocation,
                settings,
                chosenCertificates,
                groupLimit);
    }

    /** Returns the key of the configuration that names the database. */
    public String databaseKey() {
        return database.filter(DatabasePlace.OnServer.class::isInstance).isPresent()
                ? "fleet.database"
                : "directory.database";
    }

    /** Returns this configuration with the wishes of a policy, where they are stricter. */
    public DirectoryConfig with(GatewayWishes wishes) {
        RevocationConfig both = revocation.with(wishes);
        SelectionRules rules = settings.rules();
        return new DirectoryConfig(
                database,
                masterKey,
                publicCopy,
                sources,
                ldap,
                mirrors,
                smimea,
                tokens,
                harvest,
                trustCollections,
                both,
                settings.with(new SelectionRules(
                        both.outbound(),
                        rules.inbound(),
                        rules.outlookStrictPrecedence(),
                        rules.useSecondaryProxies() && wishes.secondaryAddresses(),
                        rules.requireMailUsage(),
                        rules.asksAfterDecrypting())),
                wishes.chosenCertificates(),
                wishes.groupTimeout()
                        .filter(wanted -> wanted.compareTo(groupLimit) < 0)
                        .orElse(groupLimit));
    }
}
