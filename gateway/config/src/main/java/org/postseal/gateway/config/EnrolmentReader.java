package org.postseal.gateway.config;

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

    EnrolmentReader(PathReader paths) {
        this.paths = paths;
    }

    Optional<EnrolmentConfig> read(Section enrolment) {
        Key<List<Authority>> authorities = enrolment.required("authorities", Type.named(this::authority));
        Map<String, Authority> byName = new HashMap<>();
        authorities.or(List.of()).forEach(each -> byName.put(each.name(), each));
        Type<String> name = authorities.isWritten() && authorities.place().isMapping()
                ? Type.word(authorities.place().mapping().orElseThrow().all().keySet())
                : YamlValue::string;
        Key<List<Users>> users =
                enrolment.required("users", Type.list(Type.section(each -> users(each, name, byName))));
        int orders = enrolment.value("ordersPerRun", Type.whole(1, 100_000), 200);
        return authorities.with(users, (known, wanted) -> new EnrolmentConfig(known, wanted, orders));
    }

    private Type<Authority> authority(String name) {
        Type<Authority> type = Type.section(section -> authority(name, section));
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
        if (own.isWritten() == exec.isWritten()) {
            authority.error("needs own or exec, one of them");
        }
        return own.value().or(exec::value);
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
        Duration limit = exec.value(
                "timeLimit", Type.time(Duration.ofSeconds(1), Duration.ofMinutes(10)), Duration.ofMinutes(1));
        return command.value().map(words -> new Authority.Exec(name, words, limit));
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
