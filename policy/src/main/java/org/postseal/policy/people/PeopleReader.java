package org.postseal.policy.people;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.yaml.Nearest;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** Reads {@code groups}, and lists of addresses that may contain groups. */
public final class PeopleReader {
    private final Groups groups;

    public PeopleReader(Groups groups) {
        this.groups = groups;
    }

    /** Reads the section. A group is given as addresses, as {@code members}, or as {@code ldap} and {@code server}. */
    public static Groups groups(YamlMapping section) {
        Map<String, Set<MailAddress>> listed = new LinkedHashMap<>();
        Map<String, DirectoryGroup> inDirectory = new LinkedHashMap<>();
        section.all().forEach((name, value) -> {
            if (!Names.isName(name)) {
                value.error(Names.RULE);
            }
            if (!value.isMapping()) {
                listed.put(name, members(value.oneOrMore()));
                return;
            }
            value.mapping().ifPresent(group -> {
                boolean isInDirectory = group.names().contains("ldap");
                if (isInDirectory && group.names().contains("members")) {
                    value.error("must have members or ldap, not both");
                }
                if (isInDirectory) {
                    // A broken group is kept, so that a rule that names it does not cause a second error.
                    inDirectory.put(name, inDirectory(group).orElse(new DirectoryGroup("", "")));
                    group.value("members");
                } else {
                    listed.put(
                            name,
                            group.required("members")
                                    .map(found -> members(found.oneOrMore()))
                                    .orElse(Set.of()));
                }
                group.refuseOthers();
            });
        });
        Map<String, Integer> lines = new LinkedHashMap<>();
        section.all().forEach((name, value) -> lines.put(name, value.line()));
        return new Groups(listed, inDirectory, lines);
    }

    private static Optional<DirectoryGroup> inDirectory(YamlMapping group) {
        Optional<String> entry = group.required("ldap")
                .flatMap(value -> value.parsed(
                        "a distinguished name or a mail address",
                        text -> text.length() <= LONGEST_NAME
                                        && (text.matches("[A-Za-z0-9.-]+=.+")
                                                || MailAddress.parse(text).isPresent())
                                ? Optional.of(text)
                                : Optional.empty()));
        Optional<String> server = group.required("server")
                .flatMap(value -> value.parsed(
                        "a name in directory.ldap", text -> Names.isName(text) ? Optional.of(text) : Optional.empty()));
        return entry.flatMap(found -> server.map(name -> new DirectoryGroup(found, name)));
    }

    private static Set<MailAddress> members(List<YamlValue> items) {
        Set<MailAddress> members = new HashSet<>();
        for (YamlValue item : items) {
            item.parsed("a mail address", MailAddress::parse).ifPresent(members::add);
        }
        return members;
    }

    /** Reads addresses and {@code group:NAME}s. */
    public People people(YamlValue value) {
        Set<MailAddress> addresses = new HashSet<>();
        Set<String> asked = new LinkedHashSet<>();
        for (YamlValue item : value.oneOrMore()) {
            item.string()
                    .ifPresent(text -> add(item, text, addresses, asked)
                            .ifPresent(other -> item.parsed("a mail address or group:NAME", MailAddress::parse)
                                    .ifPresent(addresses::add)));
        }
        return new People(addresses, asked, new DomainSet());
    }

    /** Reads addresses, {@code group:NAME}s and domains. */
    public People peopleOrDomains(YamlValue value) {
        Set<MailAddress> addresses = new HashSet<>();
        Set<String> asked = new LinkedHashSet<>();
        DomainSet domains = new DomainSet();
        String what = "a mail address, a domain or group:NAME";
        for (YamlValue item : value.oneOrMore()) {
            item.string().flatMap(text -> add(item, text, addresses, asked)).ifPresent(other -> {
                if (other.contains("@")) {
                    item.parsed(what, MailAddress::parse).ifPresent(addresses::add);
                } else {
                    item.parsed(what, DomainSet.Entry::parse).ifPresent(domains::add);
                }
            });
        }
        return new People(addresses, asked, domains);
    }

    public static DomainSet domains(YamlValue value) {
        return domains(entries(value).values());
    }

    /** Reads our own domains and {@code *.domain}s, and warns of each standard spelling that is not among them. */
    public static DomainSet internal(YamlValue value) {
        Map<YamlValue, DomainSet.Entry> entries = entries(value);
        DomainSet domains = domains(entries.values());
        entries.forEach((item, entry) -> entry.standardSpellings().stream()
                .filter(spelling -> !domains.isWritten(spelling))
                .forEach(spelling -> item.warning("mail to the spelling " + spelling
                        + " is refused; write it too, if the MTA knows it as one of your domains")));
        return domains;
    }

    private static DomainSet domains(Collection<DomainSet.Entry> entries) {
        DomainSet domains = new DomainSet();
        entries.forEach(domains::add);
        return domains;
    }

    private static Map<YamlValue, DomainSet.Entry> entries(YamlValue value) {
        Map<YamlValue, DomainSet.Entry> entries = new LinkedHashMap<>();
        for (YamlValue item : value.oneOrMore()) {
            item.parsed("a domain or *.domain", DomainSet.Entry::parse).ifPresent(entry -> entries.put(item, entry));
        }
        return entries;
    }

    /** Adds the group that the text names, or returns the text if it names no group. */
    private Optional<String> add(YamlValue item, String text, Set<MailAddress> addresses, Set<String> asked) {
        if (!text.startsWith(Names.GROUP)) {
            return Optional.of(text);
        }
        String name = text.substring(Names.GROUP.length());
        Set<MailAddress> members = groups.listed().get(name);
        if (members != null) {
            addresses.addAll(members);
        } else if (groups.inDirectory().containsKey(name)) {
            asked.add(name);
        } else {
            item.error("unknown group '" + YamlValue.clean(name) + "'" + Nearest.hint(name, groups.names()));
        }
        return Optional.empty();
    }

    private static final int LONGEST_NAME = 500;
}
