package org.postseal.gateway.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.directory.DirectorySettings;
import org.postseal.certstore.directory.SelectionRules;
import org.postseal.certstore.key.token.TokenSettings;
import org.postseal.certstore.remote.ldap.LdapSettings;
import org.postseal.certstore.remote.smimea.SmimeaSettings;
import org.postseal.certstore.remote.sync.SyncSettings;
import org.postseal.policy.GatewayWishes;

/**
 * {@code directory} of {@code postseal.yaml}: where certificates and keys are looked for beside the files of the
 * store.
 *
 * @param database the own store; without it there are only files and servers
 * @param masterKey wraps the private keys of the database; without it the database holds none
 * @param publicCopy file to which a running gateway writes everything public, for the console
 * @param sources the sources to ask, in this order: the constants below, and names of servers behind {@code ldap:}
 * @param ldap directory servers
 * @param mirrors the servers that are copied into the database
 * @param smimea how certificates are looked for in DNS; empty when they are not
 * @param tokens hardware tokens, which keep their keys
 * @param harvest whether certificates of verified mail are remembered
 * @param trustCollections collections of the database whose anchors count beside those of {@code store/trust}
 * @param revocation how the revocation of a certificate is found out
 * @param settings of the cache and the selection of certificates
 * @param chosenCertificates whether the certificate that a user chose to sign with comes before the newest one
 * @param groupLimit longest time that finding the members of one group may take
 */
public record DirectoryConfig(
        Optional<Path> database,
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
    /** Exchange's default for OWADLExpansionTimeout. */
    static final Duration GROUP_LIMIT = Duration.ofSeconds(60);

    /** The administrator's choices for an address, in the database. */
    public static final String PINS = "pins";
    /** Certificates of our own users and imported ones, in the database. */
    public static final String OWN = "own";
    /** The files of {@code store.directory}. */
    public static final String FILES = "files";
    /** Certificates of verified mail, in the database. */
    public static final String HARVESTED = "harvested";
    /** Certificates in DNS (RFC 8162). */
    public static final String SMIMEA = "smimea";
    /** The prefix of a directory server that is asked. */
    public static final String LDAP = "ldap:";

    /** The prefix of a directory server whose copy in the database is asked. */
    public static final String MIRROR = "mirror:";

    /**
     * A directory server that is copied into the database.
     *
     * @param sync how; its source is {@link #MIRROR} and the name of the server
     */
    public record Mirror(LdapSettings server, SyncSettings sync) {}

    /** The files of the store alone. */
    public static final DirectoryConfig FILES_ONLY =
            new DirectoryReader(Section.empty(), new PathReader(Path.of("/"))).read();

    public DirectoryConfig {
        sources = List.copyOf(sources);
        ldap = List.copyOf(ldap);
        mirrors = List.copyOf(mirrors);
        tokens = List.copyOf(tokens);
        trustCollections = List.copyOf(trustCollections);
    }

    /**
     * Returns what is left where the database is not there: files, tokens, and servers. Servers are asked in place of
     * their copies.
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

    /** Returns this with the wishes of a policy where they are stricter. */
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
