package org.postseal.policy.reading;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.people.DomainSet;
import org.postseal.policy.people.Names;
import org.postseal.policy.people.People;
import org.postseal.policy.people.PeopleReader;
import org.postseal.policy.wording.BuiltInWords;
import org.postseal.policy.wording.Languages;
import org.postseal.policy.wording.NoticeText;
import org.postseal.policy.wording.Placeholder;
import org.postseal.policy.wording.Template;
import org.postseal.policy.wording.Texts;
import org.postseal.policy.wording.Wording;
import org.postseal.policy.yaml.Nearest;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** Reads the section {@code words}. Used once. */
final class WordingReader {
    private final PeopleReader peopleReader;
    private final Map<String, String> sources = new LinkedHashMap<>();
    private final Set<String> written = new TreeSet<>(BuiltInWords.LANGUAGES);

    WordingReader(PeopleReader peopleReader) {
        this.peopleReader = peopleReader;
    }

    Wording read(YamlMapping section) {
        Optional<String> contact =
                section.required("contact").flatMap(value -> HeaderEditReader.line(value, LONGEST_CONTACT));
        boolean utf8Replies = section.bool("utf8Replies").orElse(false);
        Texts texts = new Texts(
                section.mapping("reasons").map(this::byReason).orElse(Map.of()),
                section.mapping("texts").map(this::named).orElse(Map.of()),
                section.mapping("notice").map(this::notices).orElse(Map.of()));
        Languages languages =
                new Languages(section.mapping("languages").map(this::spoken).orElse(List.of()), others(section));
        section.refuseOthers();
        return new Wording(contact, utf8Replies, languages, texts);
    }

    /** Returns the source of each text that a rule may name, in English or in its first language. */
    Map<String, String> sources() {
        return sources;
    }

    private Map<Reason, Map<String, Template>> byReason(YamlMapping section) {
        Map<Reason, Map<String, Template>> texts = new EnumMap<>(Reason.class);
        for (Reason reason : BuiltInWords.WORDED) {
            section.value(reason.name())
                    .map(this::reply)
                    .filter(text -> !text.isEmpty())
                    .ifPresent(text -> texts.put(reason, text));
        }
        section.refuseOthers();
        return texts;
    }

    private Map<String, Map<String, Template>> named(YamlMapping section) {
        Map<String, Map<String, Template>> texts = new LinkedHashMap<>();
        section.all().forEach((name, value) -> {
            if (!Names.isName(name)) {
                value.error(Names.RULE);
            }
            Map<String, Template> text = reply(value);
            if (!text.isEmpty()) {
                texts.put(name, text);
            }
            sources.put(
                    name,
                    text.getOrDefault(
                                    BuiltInWords.ENGLISH,
                                    text.values().stream().findFirst().orElse(NOTHING))
                            .source());
        });
        return texts;
    }

    /** Reads a text by language. A client that takes ASCII alone needs one that can be written in it. */
    private Map<String, Template> reply(YamlValue value) {
        Map<String, Template> text = new LinkedHashMap<>();
        byLanguage(value)
                .forEach((language, each) -> template(each, LONGEST_REPLY, Placeholder.REPLY)
                        .ifPresent(template -> text.put(language, template)));
        Optional<String> unsaid = text.entrySet().stream()
                .filter(each -> !each.getValue().isAscii(each.getKey()))
                .map(Map.Entry::getKey)
                .findFirst();
        boolean isSaid = text.containsKey(BuiltInWords.ENGLISH)
                && text.get(BuiltInWords.ENGLISH).isAscii(BuiltInWords.ENGLISH);
        if (unsaid.isPresent() && !isSaid) {
            value.warning("has no text '" + BuiltInWords.ENGLISH + "' in ASCII: in the place of '" + unsaid.get()
                    + "', a client that takes ASCII alone reads the built-in words");
        }
        return text;
    }

    private Map<String, NoticeText> notices(YamlMapping section) {
        Map<String, NoticeText> notices = new LinkedHashMap<>();
        byLanguage(section.place())
                .forEach((language, value) -> value.mapping().ifPresent(notice -> {
                    Optional<Template> subject = notice.required("subject")
                            .flatMap(each -> template(each, LONGEST_SUBJECT, Placeholder.NOTICE_SUBJECT)
                                    .filter(text -> isLine(text, each)));
                    Optional<Template> body = notice.required("body")
                            .flatMap(each -> template(each, LONGEST_BODY, Placeholder.NOTICE_BODY));
                    notice.refuseOthers();
                    subject.flatMap(first -> body.map(then -> new NoticeText(first, then)))
                            .ifPresent(text -> notices.put(language, text));
                }));
        return notices;
    }

    private static boolean isLine(Template text, YamlValue value) {
        if (!text.isLine()) {
            value.error("must be one line");
        }
        return text.isLine();
    }

    /** Returns the values of a mapping whose keys are languages. */
    private Map<String, YamlValue> byLanguage(YamlValue value) {
        Map<String, YamlValue> values = new LinkedHashMap<>();
        value.mapping().ifPresent(mapping -> {
            if (mapping.names().isEmpty()) {
                mapping.error("has no language");
            }
            mapping.all().forEach((language, each) -> {
                if (LANGUAGE.matcher(language).matches()) {
                    values.put(language, each);
                    written.add(language);
                } else {
                    each.error("the language must be two or three small letters, such as en, de or fr");
                }
            });
        });
        return values;
    }

    private static Optional<Template> template(YamlValue value, int longest, List<Placeholder> allowed) {
        return value.string().flatMap(source -> {
            if (source.length() > longest) {
                value.error("has " + source.length() + " characters; the most is " + longest);
                return Optional.empty();
            }
            return Template.read(source, allowed, value::error);
        });
    }

    private List<Languages.Spoken> spoken(YamlMapping section) {
        List<Languages.Spoken> spoken = new ArrayList<>();
        section.all().forEach((language, value) -> {
            isWritten(language, value);
            value.mapping().ifPresent(who -> {
                People senders =
                        who.value("senders").map(peopleReader::peopleOrDomains).orElse(People.of(new DomainSet()));
                if (!senders.groups().isEmpty()) {
                    who.place("senders").error("cannot ask a directory server for a group; list its members");
                }
                DomainSet domains =
                        who.value("recipientDomains").map(PeopleReader::domains).orElse(new DomainSet());
                who.refuseOthers();
                if (who.names().isEmpty()) {
                    who.error("names nobody; write senders or recipientDomains");
                }
                spoken.add(new Languages.Spoken(language, senders, domains));
            });
        });
        return spoken;
    }

    private List<String> others(YamlMapping section) {
        List<String> others = new ArrayList<>();
        for (YamlValue item : section.oneOrMore("default")) {
            item.string().filter(language -> isWritten(language, item)).ifPresent(others::add);
        }
        return others.isEmpty()
                ? List.of(BuiltInWords.ENGLISH)
                : others.stream().distinct().toList();
    }

    private boolean isWritten(String language, YamlValue value) {
        if (written.contains(language)) {
            return true;
        }
        value.error("no text is in '" + YamlValue.clean(language) + "'" + Nearest.hint(language, written));
        return false;
    }

    private static final Template NOTHING =
            Template.read("?", List.of(), _ -> {}).orElseThrow();
    private static final Pattern LANGUAGE = Pattern.compile("[a-z]{2,3}");
    private static final int LONGEST_CONTACT = 200;
    private static final int LONGEST_REPLY = 500;
    private static final int LONGEST_SUBJECT = 100;
    private static final int LONGEST_BODY = 4_000;
}
