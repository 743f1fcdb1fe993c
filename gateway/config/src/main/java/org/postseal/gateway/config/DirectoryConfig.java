package org.postseal.gateway.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.directory.DirectorySettings;
import org.postseal.certstore.directory.SelectionRules;
import org.postseal.certstore.key.TokenSettings;
import org.postseal.certstore.remote.ldap.LdapSettings;
import org.postseal.certstore.remote.smimea.SmimeaSettings;
import org.postseal.certstore.remote.sync.SyncSettings;
import org.postseal.policy.GatewayWishes;

/**
 * {@code directory:} of {@code postseal.yaml}: where certificates and keys are looked for beside the files of the store.
 *
 * @param database the own store; without it there are files and servers only
 * @param masterKey what the private keys of the database are wrapped by; without it the database holds none
 * @param publicCopy file that a running gateway writes what is public of all of it to, for the console
 * @param sources whom to ask, in this order: the constants below, and the names of servers behind {@code ldap:}
 * @param ldap directory servers
 * @param mirrors those of them that are copied into the database
 * @param smimea certificates in DNS, when they are looked for there
 * @param tokens where keys are that cannot be taken out
 * @param harvest whether certificates of verified mail are remembered
 * @param trustCollections of the database, whose anchors count beside those of {@code store/trust}
 * @param revocation how it is found out
 * @param settings cache and selection
 * @param chosenCertificates whether the certificate somebody chose to sign with comes before the newest one
 * @param groupLimit most that finding the members of one group may take
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

    /** The administrator's choice for an address; in the database. */
    public static final String PINS = "pins";
    /** Own users' and imported certificates; in the database. */
    public static final String OWN = "own";
    /** The files of {@code store.directory}. */
    public static final String FILES = "files";
    /** Certificates of verified mail; in the database. */
    public static final String HARVESTED = "harvested";
    /** Certificates in DNS (RFC 8162). */
    public static final String SMIMEA = "smimea";
    /** Before the name of a directory server that is asked. */
    public static final String LDAP = "ldap:";

    /** Before the name of a directory server whose copy in the database is asked. */
    public static final String MIRROR = "mirror:";

    /**
     * A directory server that is copied into the database.
     *
     * @param sync how; its source is {@link #MIRROR} and the name of the server
     */
    public record Mirror(LdapSettings server, SyncSettings sync) {}

    /** The files of the store alone. */
    public static final DirectoryConfig FILES_ONLY = filesOnly(RevocationConfig.DEFAULT);

    public DirectoryConfig {
        sources = List.copyOf(sources);
        ldap = List.copyOf(ldap);
        mirrors = List.copyOf(mirrors);
        tokens = List.copyOf(tokens);
        trustCollections = List.copyOf(trustCollections);
    }

    /** What is left of it where the database is not there: files, tokens, and servers, which are asked in place of their copies. */
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

    static DirectoryConfig filesOnly(RevocationConfig revocation) {
        SelectionRules standard = SelectionRules.DEFAULTS;
        return new DirectoryConfig(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(FILES),
                List.of(),
                List.of(),
                Optional.empty(),
                List.of(),
                false,
                List.of(),
                revocation,
                DirectorySettings.DEFAULTS.with(new SelectionRules(
                        revocation.outbound(),
                        revocation.inbound(),
                        standard.outlookStrictPrecedence(),
                        standard.useSecondaryProxies(),
                        standard.requireMailUsage(),
                        revocation.askAfterDecrypting())),
                true,
                GROUP_LIMIT);
    }

    /** With what a policy wants of it, where that is stricter. */
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
