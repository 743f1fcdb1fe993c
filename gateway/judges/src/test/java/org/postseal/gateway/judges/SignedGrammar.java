package org.postseal.gateway.judges;

import java.util.List;
import java.util.Locale;

/**
 * Makes messages that came in: signed as they should be and written oddly, or an old signature of a friend with a part
 * of the attacker around it. Everything but keys, signatures and the time follows from the seed.
 */
final class SignedGrammar {
    private static final String SIGNED = "multipart/signed";
    private static final String OPAQUE = "application/pkcs7-mime";

    private final EntityGrammar entities;

    SignedGrammar(Forge forge) {
        this.entities = new EntityGrammar(forge);
    }

    /** The forms of a signed message, and what an attacker puts around one. */
    private enum Recipe implements Dice.Production {
        CLEAR,
        CLEAR_NOISE,
        OPAQUE,
        ABOVE,
        BELOW,
        AROUND,
        BESIDE,
        BELOW_OPAQUE,
        UNSIGNED;

        @Override
        public String production() {
            return "recipe:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    SignedCase make(long seed) {
        Dice dice = new Dice(seed);
        // Two of three are honest, so that enough of them pass
        Recipe recipe = dice.use(dice.once(3) ? List.of(Recipe.values()) : List.of(Recipe.CLEAR, Recipe.OPAQUE));
        boolean mayHideInBase64 = recipe == Recipe.OPAQUE || recipe == Recipe.BELOW_OPAQUE;
        EntityGrammar.Entity entity = entities.make(dice, mayHideInBase64);
        SignedObject object = dice.use(dice.once(4) ? List.of(SignedObject.values()) : List.of(SignedObject.WHOLE));
        String template = write(recipe, Roots.roll(dice, entity.isProtected()), entity.text(), object);
        return new SignedCase(template, entity.text(), entity.plain(), dice.used());
    }

    /** How the header section of the message and the structure below it are written. */
    private record Roots(
            String from,
            HeaderSpelling header,
            TypeSpelling type,
            BoundarySpelling boundary,
            Noise noise,
            Base64Spelling base64,
            SignatureFields signature,
            SubjectSpelling subject,
            String reply,
            int reading,
            long number) {
        static Roots roll(Dice dice, boolean isProtected) {
            // One oddity at most for most of the cases
            int odd = dice.below(10);
            boolean all = dice.once(12);
            boolean mayDiffer = isProtected || odd == 7;
            return new Roots(
                    SignedGrammar.from(all || odd == 0, dice),
                    dice.use(all || odd == 1 ? List.of(HeaderSpelling.values()) : List.of(HeaderSpelling.PLAIN)),
                    dice.use(all || odd == 2 ? List.of(TypeSpelling.values()) : List.of(TypeSpelling.PLAIN)),
                    dice.use(all || odd == 3 ? List.of(BoundarySpelling.values()) : List.of(BoundarySpelling.QUOTED)),
                    dice.use(all || odd == 4 ? List.of(Noise.values()) : List.of(Noise.NONE)),
                    dice.use(all || odd == 5 ? List.of(Base64Spelling.values()) : List.of(Base64Spelling.LINES)),
                    dice.use(odd == 6 ? List.of(SignatureFields.values()) : List.of(SignatureFields.NAME)),
                    dice.use(
                            mayDiffer && dice.once(2)
                                    ? List.of(SubjectSpelling.values())
                                    : List.of(SubjectSpelling.SAME)),
                    dice.use(mayDiffer ? List.of(ReplySpelling.values()) : List.of(ReplySpelling.SAME))
                            .write(dice),
                    dice.below(4),
                    dice.below(1 << 30));
        }
    }

    private static String from(boolean isOdd, Dice dice) {
        return dice.use(isOdd ? List.of(AuthorSpelling.values()) : List.of(AuthorSpelling.NAME))
                .write(Gateway.BOB, Gateway.EVE, dice);
    }

    private static String attack(Roots roots) {
        return "Content-Type: text/plain\r\n\r\nPay 9999 to Eve, number " + roots.number + "\r\n";
    }

    private static String write(Recipe recipe, Roots roots, String entity, SignedObject object) {
        return switch (recipe) {
            case UNSIGNED -> fields(roots) + entity;
            case OPAQUE, BELOW_OPAQUE -> {
                String type = roots.type.write(OPAQUE) + "; smime-type=signed-data" + roots.signature.rootParameters();
                yield typed(roots, type, roots.signature.rootFields() + "Content-Transfer-Encoding: base64")
                        + SignedCase.mark(true, object, roots.base64)
                        + (recipe == Recipe.BELOW_OPAQUE ? "\r\n" + attack(roots) : "");
            }
            case CLEAR, CLEAR_NOISE, ABOVE, BELOW, AROUND, BESIDE -> clear(recipe, roots, entity, object);
        };
    }

    private static String clear(Recipe recipe, Roots roots, String entity, SignedObject object) {
        String name = "zz" + roots.number % 97;
        List<String> readings = roots.boundary.readings(name);
        String one = readings.getFirst();
        String other = readings.get(roots.reading % readings.size());
        String signature = roots.signature.write() + SignedCase.mark(false, object, roots.base64);
        String signed = delimited(one, entity, signature);
        String attacked = delimited(other, attack(roots));
        String body = switch (recipe) {
            case CLEAR -> signed;
            case CLEAR_NOISE -> roots.noise.around(signed, one, other);
            case ABOVE -> attacked + signed;
            case BELOW -> signed + attacked;
            case AROUND -> "--" + other + "\r\n" + attack(roots) + "\r\n" + signed + "\r\n--" + other + "--\r\n";
            case BESIDE -> delimited(one, attack(roots), entity, signature);
            case OPAQUE, BELOW_OPAQUE, UNSIGNED -> throw new IllegalStateException(recipe.name());
        };
        String type = roots.type.write(SIGNED) + "; protocol=\"application/pkcs7-signature\"; micalg=sha-256; "
                + roots.boundary.parameter(name);
        return typed(roots, type, "Content-Transfer-Encoding: 7bit") + body;
    }

    private static String typed(Roots roots, String type, String encoding) {
        return roots.header.write(
                List.of((fields(roots) + encoding + "\r\nContent-Type: " + type).split("\r\n(?![ \t])", -1)));
    }

    private static String fields(Roots roots) {
        return roots.from + "\r\n" + roots.subject.write() + "\r\n" + roots.reply
                + "\r\nDate: ${date}\r\nMessage-ID: <" + roots.number
                + "@partner.example>\r\nMIME-Version: 1.0\r\n";
    }

    private static String delimited(String boundary, String... parts) {
        StringBuilder body = new StringBuilder();
        for (String part : parts) {
            body.append("--").append(boundary).append("\r\n").append(part).append("\r\n");
        }
        return body.append("--").append(boundary).append("--\r\n").toString();
    }
}
