package org.postseal.gateway.smime;

import java.text.Normalizer;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.policy.header.EncodedWords;
import org.postseal.policy.header.Letters;

/**
 * Knows the descriptions that mail programs put above a CMS object. Programs show them beside the object, and nobody
 * signs them, so that a description counts only if it stands in this list.
 */
final class ObjectDescriptions {
    private ObjectDescriptions() {}

    /**
     * Returns true if every program that decodes the text shows one of the descriptions, or nothing of its sender's
     * making.
     *
     * @param text body of the field, unfolded
     */
    static boolean contain(String text) {
        String usual = text.strip();
        if (usual.length() > LONGEST) {
            return false;
        }
        if (ENGLISH.matcher(usual).matches()) {
            return true;
        }
        // A charset, a language (RFC 2231 §5) or octets behind the padding are shown by some programs.
        boolean isPlain = !WORD.matcher(usual).replaceAll("").contains("=?");
        return isPlain && TRANSLATED.contains(folded(EncodedWords.decode(usual)));
    }

    private static String folded(String text) {
        return Letters.lower(Normalizer.normalize(text.strip(), Normalizer.Form.NFC));
    }

    /** Each description of the list is shorter, as one encoded word too. Normalising a long one takes time. */
    private static final int LONGEST = 500;

    /** These are the words of Mozilla, of Google, of Bouncy Castle and our own. */
    private static final Pattern ENGLISH = Pattern.compile(
            "S/MIME(?: (?:cryptographic|encrypted|signed|compressed|data|message|signature)){1,3}"
                    + "|S/MIME certificate management message",
            Pattern.CASE_INSENSITIVE);

    /** An encoded word as Thunderbird writes it: in UTF-8, and with no octet that its text does not need. */
    private static final Pattern WORD = Pattern.compile(
            "=\\?utf-8\\?(?:q\\?[!->@-~]+|b\\?(?:[a-z0-9+/]{4})*(?:[a-z0-9+/]{2}==|[a-z0-9+/]{3}=)?)\\?=",
            Pattern.CASE_INSENSITIVE);

    /**
     * Thunderbird, SeaMonkey and Postbox describe the object in the language of their user. The first list is for
     * signatures, the second one for ciphertexts, each in the order of the codes of the languages.
     */
    private static final Set<String> TRANSLATED = Stream.of("""
                    توقيع تعمية S/MIME
                    Robla criptográfica S/MIME
                    Тайнапісны подпіс S/MIME
                    Криптографски подпис в S/MIME
                    Sinadur rinegek S/MIME
                    Signatura criptogràfica S/MIME
                    S/MIME Chib'äl Juch'un B'i'aj
                    Elektronický podpis S/MIME
                    Elektronicky podpis S/MIME
                    Llofnod Cryptograffeg S/MIME
                    S/MIME-signeret meddelelse
                    S/MIME Kryptografische Unterschrift
                    Kryptographische S/MIME-Signatur
                    S/MIME - kryptografiska signatura
                    Κρυπτογραφημένη υπογραφή S/MIME
                    Firma criptográfica S/MIME
                    S/MIME krüptograafiline digiallkiri
                    S/MIME sinadura kriptografikoa
                    S/MIME-salakirjoitettu allekirjoitus
                    Signature cryptographique S/MIME
                    S/MIME-kryptografyske ûndertekening
                    Síniú Cripteagrafach S/MIME
                    Soidhneadh crioptografach S/MIME
                    Sinatura cifrada S/MIME
                    חתימה קריפטוגרפית מסוג S/MIME
                    S/MIME kriptografski potpis
                    Kryptografiska signatura S/MIME
                    S/MIME գաղտնագրված ստորագրություն
                    Tanda Tangan Kriptografis S/MIME
                    S/MIME rafræn undirskrift
                    Firma crittografica S/MIME
                    S/MIME 暗号署名
                    S/MIME დაშიფრული ხელმოწერა
                    Azmul n uwgelhen S/MIME
                    S/MIME криптографиялық қолтаңбасы
                    S/MIME 암호화 서명
                    S/MIME skaitmeninis parašas
                    S/MIME kriptogrāfiskais paraksts
                    Tandatangan Kriptografi S/MIME
                    S/MIME kryptografisk signatur
                    S/MIME-cryptografische ondertekening
                    S/MIME-kryptografisk signatur
                    Kryptograficzna sygnatura S/MIME
                    Assinatura com criptografia S/MIME
                    Assinatura criptográfica S/MIME
                    Suttascripziun S/MIME criptografica
                    Semnătură criptografică S/MIME
                    Криптографическая подпись S/MIME
                    Kryptografický podpis S/MIME
                    Kriptografski podpis S/MIME
                    Nënshkrim S/MIME Kriptografik
                    S/MIME криптографски потпис
                    ลายเซ็นการเข้ารหัสลับแบบ S/MIME
                    S/MIME Kriptografik İmza
                    Кріптографічний підпис S/MIME
                    S/MIME usulida kriptografik imzo
                    Chữ kí mã hóa S/MIME
                    S/MIME 加密签名
                    S/MIME 密碼簽署
                    """, """
                    رسالة S/MIME مُعمَّاة
                    Mensaxe cifráu S/MIME
                    Тайнапісны ліст S/MIME
                    Писмо шифровано в S/MIME
                    Kemennadenn enrineget S/MIME
                    Missatge xifrat S/MIME
                    S/MIME Ewan Rusik'ixik Rutzijol
                    Šifrovaná zpráva S/MIME
                    Neges Amgryptiedig S/MIME
                    S/MIME-krypteret meddelelse
                    S/MIME-verschlüsselte Nachricht
                    S/MIME - šifrěrowana powěsć
                    Κρυπτογραφημένο μήνυμα S/MIME
                    Mensaje cifrado S/MIME
                    Mensaje encriptado S/MIME
                    S/MIME krüptitud kiri
                    Zifratutako S/MIME mezua
                    S/MIME-salattu viesti
                    Message chiffré S/MIME
                    S/MIME-fersifere berjocht
                    Teachtaireacht Chriptithe S/MIME
                    Teachdaireachd ann an crioptachadh S/MIME
                    Mensaxe cifrada S/MIME
                    הודעה המוצפנת בתור S/MIME
                    S/MIME kriptirana poruka
                    Zaklučowana powěsć S/MIME
                    S/MIME գաղտնագրված նամակ
                    Pesan Terenkripsi S/MIME
                    S/MIME dulkóðaður póstur
                    Messaggio crittato S/MIME
                    S/MIME 暗号化メッセージ
                    S/MIME დაშიფრული წერილი
                    Izen awgelhan S/MIME
                    S/MIME шифрленген хабарламасы
                    S/MIME 암호화된 메시지
                    S/MIME šifruotas laiškas
                    Šifrēta S/MIME vēstule
                    Mesej Enkripsi S/MIME
                    S/MIME-kryptert melding
                    S/MIME-versleuteld bericht
                    Wiadomość zaszyfrowana przy użyciu S/MIME
                    Mensagem criptografada S/MIME
                    Mensagem encriptada S/MIME
                    Messadi S/MIME criptà
                    Mesaj criptat S/MIME
                    Зашифрованное сообщение S/MIME
                    Zašifrovaná správa S/MIME
                    Šifrirano sporočilo S/MIME
                    Mesazh S/MIME i Fshehtëzuar
                    S/MIME шифрована порука
                    S/MIME-krypterat meddelande
                    ข้อความที่เข้ารหัสลับแบบ S/MIME
                    S/MIME Şifrelenmiş İleti
                    Зашифроване повідомлення S/MIME
                    S/MIME usulida shifrlangan xabar
                    Thư Mã hóa S/MIME
                    S/MIME 加密的消息
                    S/MIME 加密郵件
                    """)
            .flatMap(String::lines)
            .map(ObjectDescriptions::folded)
            .collect(Collectors.toUnmodifiableSet());
}
