package org.postseal.policy.deciding;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.postseal.certstore.KeyPlace;
import org.postseal.policy.facts.DirectoryFacts;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.protection.Capabilities;
import org.postseal.policy.protection.EncryptionSettings.Cipher;
import org.postseal.policy.protection.EncryptionSettings.RsaKeyTransport;
import org.postseal.policy.protection.KeyFacts;
import org.postseal.policy.protection.KeyKind;
import org.postseal.policy.settings.GatewayWishes;

/**
 * One row of {@link ExchangeContractTest}: a section of a policy, and the value that follows from it.
 *
 * @param parameter that the row is about
 * @param source where Microsoft documents it
 * @param section of the policy, {@code mailboxPolicies.default} or {@code smime}
 * @param written text in the section
 * @param look returns the value to compare
 */
record ContractRow(
        String parameter,
        String source,
        String section,
        String written,
        Function<RuleSet.Loaded, Object> look,
        Object expected) {
    @Override
    public String toString() {
        return source + ": " + (written.isEmpty() ? "default" : written);
    }

    static <T> Function<RuleSet.Loaded, Object> wish(Function<GatewayWishes, T> of) {
        return loaded -> of.apply(loaded.ruleSet().wishes());
    }

    static List<String> problems(RuleSet.Loaded loaded) {
        return loaded.warnings().stream().map(problem -> problem.message()).toList();
    }

    static Mail reply(String subject) {
        return Mail.ours("a@example.com", "bob@out.example")
                .header("Subject", subject)
                .trait(Facts.Trait.REPLY);
    }

    /** Returns the protection when a rule asks for signature and encryption. */
    static Object demanded(RuleSet.Loaded loaded) {
        return protection(loaded, Mail.ours("a@example.com", "bob@out.example").header("Subject", "both"));
    }

    static Object byItself(RuleSet.Loaded loaded) {
        return protection(loaded, Mail.ours("a@example.com", "bob@out.example"));
    }

    static Object protection(RuleSet.Loaded loaded, Mail mail) {
        return ruling(loaded, mail).decision() instanceof Decision.Deliver deliver
                ? deliver.protection()
                : ruling(loaded, mail).decision();
    }

    static String setting(RuleSet.Loaded loaded, String name) {
        Mail mail = Mail.ours("a@example.com", "bob@out.example").header("Subject", "both");
        return ruling(loaded, mail).explanation().settings().stream()
                .filter(setting -> setting.name().equals(name))
                .findFirst()
                .orElseThrow()
                .toString();
    }

    private static Ruling ruling(RuleSet.Loaded loaded, Mail mail) {
        DirectoryFacts.Fact bob = new DirectoryFacts.Fact.Available(
                new KeyFacts(KeyKind.RSA, 2048),
                new Capabilities(
                        Capabilities.Source.VERIFIED_MAIL,
                        Set.of(Cipher.AES128_CBC, Cipher.AES192_CBC, Cipher.AES256_CBC),
                        Set.of(RsaKeyTransport.PKCS1)));
        return loaded.ruleSet().decide(mail.facts(), new FakeDirectory(bob, FakeDirectory.YES, KeyPlace.HARDWARE));
    }
}
