package org.postseal.gateway.admin.cli.audit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.postseal.gateway.audit.Evidence;

/**
 * What a third party gets of a message: files with what proves its records, and a page that says how.
 *
 * @param about the message, in words
 * @param host whose log it is
 * @param made when
 * @param proofs of its records
 * @param stamps time stamps of their checkpoints and lists about who stamped, by the names of their files
 * @param certificates that the records name
 * @param validations what the verdicts on them rest on
 * @param policies by which it was decided
 */
record EvidenceBundle(
        String about,
        String host,
        Instant made,
        List<Evidence.Proof> proofs,
        Map<String, byte[]> stamps,
        UsedCertificates certificates,
        UsedValidations validations,
        UsedPolicies policies) {
    EvidenceBundle {
        proofs = List.copyOf(proofs);
        stamps = Map.copyOf(stamps);
    }

    /** Content by name. */
    Map<String, byte[]> files() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("README.md", EvidenceReadme.of(this).getBytes(UTF_8));
        for (Evidence.Proof proof : proofs) {
            for (Evidence.Step step : proof.steps()) {
                switch (step) {
                    case Evidence.Shown shown -> files.put(name(shown), line(shown.line()));
                    case Evidence.Hidden hidden ->
                        files.put(name(hidden), (String.join("\n", hidden.hashes()) + "\n").getBytes(US_ASCII));
                }
            }
            Evidence.Signed checkpoint = proof.checkpoint();
            files.put(name(checkpoint) + ".json", line(checkpoint.line()));
            files.put(name(checkpoint) + ".signature", checkpoint.signature());
            files.put(keyName(checkpoint.key()), checkpoint.keyPem().getBytes(US_ASCII));
        }
        files.putAll(stamps);
        certificates
                .found()
                .forEach((id, certificate) ->
                        files.put(certificateName(id), certificate.toPem().getBytes(US_ASCII)));
        files.putAll(validations.files());
        policies.found().forEach((sha256, octets) -> files.put(UsedPolicies.name(sha256), octets));
        return files;
    }

    static String name(Evidence.Shown shown) {
        return "record-" + shown.number() + ".json";
    }

    static String name(Evidence.Hidden hidden) {
        return "others-" + hidden.first() + "-" + hidden.last() + ".txt";
    }

    static String name(Evidence.Signed checkpoint) {
        return "checkpoint-" + checkpoint.number();
    }

    static String stampName(Evidence.Signed checkpoint) {
        return name(checkpoint) + ".tsr";
    }

    static String listsName(Evidence.Signed checkpoint) {
        return name(checkpoint) + ".crl";
    }

    static String keyName(String id) {
        return "key-" + id + ".pem";
    }

    static String certificateName(String id) {
        return "certificate-" + id + ".pem";
    }

    private static byte[] line(byte[] line) {
        byte[] ended = Arrays.copyOf(line, line.length + 1);
        ended[line.length] = '\n';
        return ended;
    }
}
