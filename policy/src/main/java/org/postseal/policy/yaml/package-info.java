/**
 * Strict YAML. It turns a document into values that know their line, and reports problems with file, line, key, fault
 * and the nearest valid name. The policy and the gateway configuration use it; it takes text and never opens a file.
 *
 * {@snippet :
 * Problems problems = new Problems("postseal.yaml");
 * YamlReader.read(text, problems).ifPresent(root -> {
 *     Optional<String> hostName = root.string("hostName");
 *     for (YamlValue item : root.list("listeners")) {
 *         item.mapping().ifPresent(listener -> {
 *             Optional<Protocol> protocol = listener.required("protocol").flatMap(v -> v.word(Protocol.class));
 *             Optional<Address> address =
 *                     listener.required("address").flatMap(v -> v.parsed("an address and port", Address::parse));
 *             listener.refuseOthers();
 *         });
 *     }
 *     root.refuseOthers();
 * });
 * List<Problem> all = problems.all();
 * }
 */
@NullMarked
package org.postseal.policy.yaml;

import org.jspecify.annotations.NullMarked;
