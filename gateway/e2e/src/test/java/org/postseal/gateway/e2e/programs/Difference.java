package org.postseal.gateway.e2e.programs;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Where a mail program tells its user something else than the gateway does, and why that is so. */
@SuppressWarnings("ImmutableEnumChecker") // the lists are copies that nobody can change
enum Difference {
    GCM(
            "reads no authEnveloped-data and shows an empty or unsupported message; the gateway writes it only to"
                    + " recipients who are known to read it",
            List.of("out-gcm"),
            MailProgram.THUNDERBIRD,
            MailProgram.NEOMUTT),
    OAEP(
            "does not decrypt content keys by RSA OAEP; the gateway writes it only to recipients who are known to read"
                    + " it",
            List.of("out-oaep"),
            MailProgram.NEOMUTT),
    HIDDEN(
            "shows the outer Subject, since it does not know RFC 9788 in S/MIME; the real Subject stands above the text"
                    + " (`legacyDisplay`)",
            List.of("out-hidden"),
            MailProgram.THUNDERBIRD,
            MailProgram.NEOMUTT),
    AMBIGUOUS(
            "reads the quoted pair as RFC 2045 has it; the gateway claims nothing, since other programs read another"
                    + " boundary and show what stands there",
            List.of("in-quoted", "in-attack"),
            MailProgram.THUNDERBIRD,
            MailProgram.NEOMUTT),
    FIELDS(
            "does not compare the signed fields with those that it shows; the gateway does",
            List.of("in-subject"),
            MailProgram.THUNDERBIRD,
            MailProgram.NEOMUTT),
    SIGNER(
            "names the signer and leaves it to the user to compare them with the author; the gateway compares",
            List.of("in-other"),
            MailProgram.NEOMUTT),
    TIME("does not compare signingTime with Date; the gateway does", List.of("in-late"), MailProgram.NEOMUTT),
    SHA1("believes SHA-1; the gateway does not", List.of("in-sha1"), MailProgram.NEOMUTT),
    FOOTER(
            "verifies a part below the root and shows where it ends; the gateway records that of the part, and claims"
                    + " nothing of the whole message",
            List.of("in-footer"),
            MailProgram.NEOMUTT),
    DAMAGED(
            "says that the attached ciphertext is encrypted, and shows nothing of it; the gateway has left it closed",
            List.of("in-damaged"),
            MailProgram.NEOMUTT);

    private final String words;
    private final List<String> cases;
    private final List<MailProgram> programs;

    Difference(String words, List<String> cases, MailProgram... programs) {
        this.words = words;
        this.cases = List.copyOf(cases);
        this.programs = List.of(programs);
    }

    static Optional<Difference> of(MailProgram program, ProgramCase message) {
        return Arrays.stream(values())
                .filter(each -> each.programs.contains(program) && each.cases.contains(message.id()))
                .findFirst();
    }

    String words() {
        return words;
    }
}
