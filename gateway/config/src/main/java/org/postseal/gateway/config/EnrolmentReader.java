package org.postseal.gateway.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.postseal.certstore.Domain;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.config.EnrolmentConfig.Authority;
import org.postseal.gateway.config.EnrolmentConfig.Profile;
import org.postseal.gateway.config.EnrolmentConfig.Users;
import org.postseal.gateway.config.EnrolmentConfig.Who;
import org.postseal.policy.people.DomainSet;
import org.postseal.policy.people.Names;
import org.postseal.policy.yaml.YamlValue;

/** Reads the section {@code enrolment}, which says who gets a certificate from which authority. */
final class EnrolmentReader {
    private final PathReader paths;
    private final TlsFiles tlsFiles;

    EnrolmentReader(PathReader paths, TlsFiles tlsFiles) {
        this.paths = paths;
        this.tlsFiles = tlsFiles;
    }

    Optional<EnrolmentConfig> read(Section enrolment) {
        Map<String, String> issuerDomains = new HashMap<>();
        Key<List<Authority>> authorities =
                enrolment.required("authorities", Type.named(each -> authority(each, issuerDomains)));
        Map<String, Authority> byName = new HashMap<>();
        authorities.or(List.of()).forEach(each -> byName.put(each.name(), each));
        Type<String> name = authorities.isWritten() && authorities.place().isMapping()
                ? Type.word(authorities.place().mapping().orElseThrow().all().keySet())
                : YamlValue::string;
        Key<List<Users>> users =
                enrolment.required("users", Type.list(Type.section(each -> users(each, name, byName))));
        int orders = enrolment.value("ordersPerRun", Type.whole(1, 100_000), 200);
        return authorities.with(users, (known, wanted) -> new EnrolmentConfig(known, issuerDomains, wanted, orders));
    }

    /** @param issuerDomains gets the name by which the authority goes in CAA records */
    private Type<Authority> authority(String name, Map<String, String> issuerDomains) {
        Type<Authority> type = Type.section(section -> {
            section.key("caa", Type.text("the domain name of an authority", EnrolmentReader::domainName))
                    .value()
                    .ifPresent(domain -> issuerDomains.put(name, domain));
            return authority(name, section);
        });
        return value -> {
            if (!Names.isName(name)) {
                value.error(Names.RULE);
            }
            return type.read(value);
        };
    }

    private Optional<Authority> authority(String name, Section authority) {
        Key<Authority> own = authority.key("own", Type.section(section -> Optional.of(own(name, section))));
        Key<Authority> exec = authority.key("exec", Type.section(section -> exec(name, section)));
        Key<Authority> est = authority.key("est", Type.section(section -> est(name, section)));
        Key<Authority> acme = authority.key(
                "acme",
                Type.section(section -> new AcmeReader(paths, tlsFiles).read(name, section, timeLimit(section))));
        Key<Authority> cmp = authority.key("cmp", Type.section(section -> cmp(name, section)));
        if (Stream.of(own, exec, est, acme, cmp).filter(Key::isWritten).count() != 1) {
            authority.error("needs own, exec, est, acme or cmp, one of them");
        }
        return own.value().or(exec::value).or(est::value).or(acme::value).or(cmp::value);
    }

    /** An address literal is no name of CAA records. */
    private static Optional<String> domainName(String text) {
        return Domain.parse(text).map(Domain::ascii).filter(name -> !name.startsWith("["));
    }

    private Authority own(String name, Section own) {
        return new Authority.Own(
                name,
                own.value("folder", this::folder, paths.folder().resolve("ca")),
                own.value("days", Type.whole(1, MAX_DAYS), 365));
    }

    /** The gateway itself cannot see the folder of the authority. */
    private Optional<Path> folder(YamlValue value) {
        return paths.with(PathReader.Others.ALL).fileInMadeFolder(value);
    }

    private Optional<Authority> exec(String name, Section exec) {
        Key<List<String>> command = exec.required("command", this::command);
        Duration limit = timeLimit(exec);
        return command.value().map(words -> new Authority.Exec(name, words, limit));
    }

    private Optional<Authority> est(String name, Section est) {
        Key<URI> url = est.required(
                "url", Type.text("a URL such as https://ca.example.com/.well-known/est", EnrolmentReader::estUrl));
        Key<Path> trust = est.required("trust", paths::existingFile);
        trust.mustOpen(tlsFiles::requireTrust);
        // RFC 7617 §2: a colon would end the name
        Key<String> user = est.required(
                "user", Type.matching("a name without colons and control characters", "[^:\\x00-\\x1f\\x7f-\\x9f]+"));
        Key<Path> passwordFile = est.required("passwordFile", paths::secretFile);
        Duration limit = timeLimit(est);
        return url.with(
                        trust,
                        (where, anchors) -> user.with(passwordFile, (who, secret) ->
                                (Authority) new Authority.Est(name, where, anchors, who, secret, limit)))
                .flatMap(found -> found);
    }

    /** RFC 7030 §3.2.2: a server may tell several authorities apart by one more segment of the path. */
    private static Optional<URI> estUrl(String text) {
        try {
            URI url = new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            return Optional.of(url)
                    .filter(_ -> "https".equalsIgnoreCase(url.getScheme()) && url.getHost() != null)
                    .filter(_ ->
                            url.getRawUserInfo() == null && url.getRawQuery() == null && url.getRawFragment() == null)
                    .filter(_ -> url.getRawPath().matches("/\\.well-known/est(/[^/]+)?"));
        } catch (URISyntaxException notOne) {
            return Optional.empty();
        }
    }

    private Optional<Authority> cmp(String name, Section cmp) {
        Key<URI> url =
                cmp.required("url", Type.text("a URL such as http://ca.example.com/cmp", EnrolmentReader::cmpUrl));
        Key<Path> trust = cmp.key("trust", paths::existingFile);
        trust.mustOpen(tlsFiles::requireTrust);
        boolean isTls = url.value()
                .filter(each -> "https".equalsIgnoreCase(each.getScheme()))
                .isPresent();
        if (isTls && !trust.isWritten()) {
            cmp.error("needs trust: the url is https");
        }
        if (url.value().isPresent() && !isTls && trust.isWritten()) {
            trust.place().error("is for a url of https alone");
        }
        X500Principal recipient = cmp.value(
                "recipient",
                Type.text("a distinguished name such as CN=Issuing CA, O=Example", EnrolmentReader::distinguishedName),
                new X500Principal(""));
        Key<String> reference = cmp.required(
                "reference", Type.matching("one to 64 characters without control characters", "[^\\p{Cntrl}]{1,64}"));
        Key<Path> secretFile = cmp.required("secretFile", paths::secretFile);
        Duration limit = timeLimit(cmp);
        return url.with(
                        reference,
                        (where, who) -> secretFile.value().map(secret -> (Authority)
                                new Authority.Cmp(name, where, trust.value(), recipient, who, secret, limit)))
                .flatMap(found -> found);
    }

    private static Optional<URI> cmpUrl(String text) {
        try {
            URI url = new URI(text);
            return Optional.of(url)
                    .filter(_ -> "https".equalsIgnoreCase(url.getScheme()) || "http".equalsIgnoreCase(url.getScheme()))
                    .filter(_ -> url.getHost() != null && url.getRawUserInfo() == null && url.getRawFragment() == null);
        } catch (URISyntaxException notOne) {
            return Optional.empty();
        }
    }

    private static Optional<X500Principal> distinguishedName(String text) {
        try {
            return Optional.of(new X500Principal(text));
        } catch (IllegalArgumentException notOne) {
            return Optional.empty();
        }
    }

    private static Duration timeLimit(Section authority) {
        return authority.value(
                "timeLimit", Type.time(Duration.ofSeconds(1), Duration.ofMinutes(10)), Duration.ofMinutes(1));
    }

    private Optional<List<String>> command(YamlValue value) {
        List<YamlValue> items = value.oneOrMore();
        List<String> words =
                items.stream().flatMap(each -> each.string().stream()).toList();
        if (words.isEmpty() || words.size() != items.size()) {
            return Optional.empty();
        }
        if (!words.getFirst().startsWith("/")) {
            items.getFirst().error("must be the path of a program, from / on; arguments are further items of the list");
            return Optional.empty();
        }
        return paths.existingFile(items.getFirst()).map(_ -> words);
    }

    private Optional<Users> users(Section users, Type<String> authority, Map<String, Authority> authorities) {
        Key<List<Who>> who = users.required("for", Type.oneOrMore(Type.text(WHO, EnrolmentReader::who)));
        Key<String> named = users.required("authority", authority);
        Profile profile = users.value("profile", Type.word(Profile.class), Profile.DUAL);
        KeyAlgorithm algorithm = users.key("key", Type.word(KEYS.keySet()))
                .value()
                .map(KEYS::get)
                .orElse(KeyAlgorithm.RSA3072);
        Key<Duration> renewBefore = users.key("renewBefore", Type.time(Duration.ofDays(1), Duration.ofDays(365)));
        if (named.value().map(authorities::get).orElse(null) instanceof Authority.Own own
                && renewBefore.or(STANDARD).toDays() >= own.days()) {
            renewBefore
                    .place()
                    .error("is not shorter than the " + own.days() + " days of the authority " + own.name()
                            + ": a new certificate would have to be renewed at once");
        }
        return who.with(named, (people, from) -> new Users(people, from, profile, algorithm, renewBefore.or(STANDARD)));
    }

    private static Optional<Who> who(String text) {
        if (text.startsWith(Names.GROUP)) {
            return name(text, Names.GROUP).map(Who.Group::new);
        }
        if (text.startsWith(MAILBOX_POLICY)) {
            return name(text, MAILBOX_POLICY).map(Who.MailboxPolicy::new);
        }
        return text.contains("@")
                ? MailAddress.parse(text).map(Who.Address::new)
                : DomainSet.Entry.parse(text).map(Who.Domain::new);
    }

    private static Optional<String> name(String text, String prefix) {
        return Optional.of(text.substring(prefix.length())).filter(Names::isName);
    }

    private static final String WHO = "a mail address, a domain, group:NAME or mailboxPolicy:NAME";
    private static final String MAILBOX_POLICY = "mailboxPolicy:";
    private static final Duration STANDARD = Duration.ofDays(30);
    /** What our own authority issues at most. */
    private static final int MAX_DAYS = 825;

    /** The kinds of key that can both sign a request and be encrypted to. */
    private static final Map<String, KeyAlgorithm> KEYS = new LinkedHashMap<>();

    static {
        Set<KeyAlgorithm> kinds = EnumSet.range(KeyAlgorithm.RSA2048, KeyAlgorithm.BRAINPOOLP512R1);
        kinds.forEach(each -> KEYS.put(each.name().toLowerCase(Locale.ROOT), each));
    }
}
