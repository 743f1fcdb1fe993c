package org.postseal.policy.yaml;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A mapping that remembers which keys it was asked for. {@link #refuseOthers()} makes every other key an error that
 * names the nearest known key; call it after all known keys were asked for.
 */
public final class YamlMapping {
    private final YamlValue self;
    private final Map<String, Node.Entry> entries;
    private final Problems problems;
    private final Set<String> known = new LinkedHashSet<>();
    private final Set<String> settled = new LinkedHashSet<>();

    YamlMapping(YamlValue self, Node.Mapping mapping, Problems problems) {
        this.self = self;
        this.entries = mapping.entries();
        this.problems = problems;
    }

    /** Returns the line of the mapping's key, from 1. */
    public int line() {
        return self.line();
    }

    /** Returns the dotted path; it is empty for the root. */
    public String key() {
        return self.key();
    }

    /** Returns the dotted path of a key, whether the mapping has it or not. */
    public String key(String name) {
        return YamlValue.below(self.key(), name);
    }

    /** Returns the keys in the file, in order. */
    public Set<String> names() {
        return Collections.unmodifiableSet(entries.keySet());
    }

    /** Returns the value of a key, or empty if the mapping does not have it. The key counts as known from now on. */
    public Optional<YamlValue> value(String name) {
        known.add(name);
        return Optional.ofNullable(entries.get(name)).map(entry -> value(name, entry));
    }

    /** Returns the value of a key as {@link #value} does, and reports an error if the mapping does not have it. */
    public Optional<YamlValue> required(String name) {
        Optional<YamlValue> value = value(name);
        if (value.isEmpty()) {
            place(name).error("missing");
        }
        return value;
    }

    /** Returns the mapping as a value, for problems about it as a whole. */
    public YamlValue place() {
        return self;
    }

    /** Returns the value of a key, or an empty value on the line of this mapping where the key is not there. */
    public YamlValue place(String name) {
        return value(name)
                .orElseGet(() -> new YamlValue(new Node.Scalar(line(), "", true), line(), key(name), problems));
    }

    /** Returns the mapping behind a key, or an empty mapping where there is none. */
    public YamlMapping mappingOrEmpty(String name) {
        return mapping(name)
                .orElseGet(() -> new YamlMapping(place(name), new Node.Mapping(line(), Map.of()), problems));
    }

    /** Returns all entries. This is for a mapping whose keys are names that the admin chose. */
    public Map<String, YamlValue> all() {
        Map<String, YamlValue> all = new LinkedHashMap<>();
        entries.forEach((name, entry) -> all.put(name, value(name, entry)));
        known.addAll(entries.keySet());
        return all;
    }

    public Optional<String> string(String name) {
        return value(name).flatMap(YamlValue::string);
    }

    public <T> Optional<T> parsed(String name, String what, Function<String, Optional<T>> parser) {
        return value(name).flatMap(value -> value.parsed(what, parser));
    }

    public Optional<Boolean> bool(String name) {
        return value(name).flatMap(YamlValue::bool);
    }

    public Optional<Long> number(String name, long least, long most) {
        return value(name).flatMap(value -> value.number(least, most));
    }

    public <T> Optional<T> word(String name, Map<String, T> words) {
        return value(name).flatMap(value -> value.word(words));
    }

    public <E extends Enum<E>> Optional<E> word(String name, Class<E> type) {
        return value(name).flatMap(value -> value.word(type));
    }

    public Optional<YamlMapping> mapping(String name) {
        return value(name).flatMap(YamlValue::mapping);
    }

    /** Returns the items of a list, or the single value; empty if the mapping does not have the key. */
    public List<YamlValue> oneOrMore(String name) {
        return value(name).map(YamlValue::oneOrMore).orElse(List.of());
    }

    /** Reports a key that was removed: an error that tells what to write instead. */
    public void removed(String oldName, String successor) {
        refused(oldName, "is no more; " + successor);
    }

    /** Reports a key that has no place here: an error that says why, instead of naming the nearest key. */
    public void refused(String name, String why) {
        settled.add(name);
        Optional.ofNullable(entries.get(name))
                .ifPresent(entry -> value(name, entry).error(why));
    }

    /** Adds a problem about the whole mapping that stops the start. */
    public void error(String message) {
        self.error(message);
    }

    /** Adds a problem about the whole mapping that is only reported. */
    public void warning(String message) {
        self.warning(message);
    }

    /** Reports every key that was not asked for as an error. */
    public void refuseOthers() {
        problems.asked(key(), known);
        entries.forEach((name, entry) -> {
            if (!known.contains(name) && !settled.contains(name)) {
                problems.error(entry.line(), key(name), "unknown key" + Nearest.hint(name, known));
            }
        });
    }

    private YamlValue value(String name, Node.Entry entry) {
        return new YamlValue(entry.value(), entry.line(), key(name), problems);
    }
}
