package org.postseal.gateway.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postseal.policy.yaml.Problems;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlReader;
import org.postseal.policy.yaml.YamlValue;

/**
 * One mapping of {@code postseal.yaml} while it is read. A reader asks for each key by name, with its type and its
 * default. A wrong value becomes a problem of the file and counts as not given. So reading goes on, and all problems
 * are reported together; the configuration is then not handed out. A missing mapping is read as an empty one. Not
 * thread-safe.
 */
final class Section {
    private final YamlMapping mapping;
    private final List<Section> inner = new ArrayList<>();

    Section(YamlMapping mapping) {
        this.mapping = mapping;
    }

    /** Returns a section without keys, from which the defaults are read. */
    static Section empty() {
        return YamlReader.read("{}", new Problems("")).map(Section::new).orElseThrow();
    }

    <T> T value(String name, Type<T> type, T standard) {
        return key(name, type).or(standard);
    }

    <T> Key<T> key(String name, Type<T> type) {
        Optional<YamlValue> value = mapping.value(name);
        return new Key<>(mapping.place(name), value.isPresent(), value.flatMap(type::read));
    }

    /** Reads as {@link #key} does, and adds an error if the key is not written. */
    <T> Key<T> required(String name, Type<T> type) {
        return key(name, type).required();
    }

    /** Returns the section that a key holds. It is closed together with this one. */
    Section section(String name) {
        Section section = new Section(mapping.mappingOrEmpty(name));
        inner.add(section);
        return section;
    }

    /** Returns the section as a value, for problems about it as a whole. */
    YamlValue place() {
        return mapping.place();
    }

    /** Returns the value of a key, or an empty one where it would stand. */
    YamlValue place(String name) {
        return mapping.place(name);
    }

    /** Adds an error if a key is written that has been taken out. The message tells its successor. */
    void removed(String name, String successor) {
        mapping.removed(name, successor);
    }

    /** Adds an error about the section as a whole. */
    void error(String message) {
        mapping.error(message);
    }

    /** Adds an error for each key that no reader asked for, here and in the sections inside. */
    void close() {
        inner.forEach(Section::close);
        mapping.refuseOthers();
    }
}
