"""Records that are not English: their sentences, and what is said of the model's English."""

from pathlib import Path

import pytest

from bot import Bot
from embeddings import Document, Index, Retriever, SentenceTransformerEncoder
from embeddings.chunking import chunk
from embeddings.text.languages import language
from embeddings.text.layout import lay_out

SENTENCES = {
    "en": ["Mr. Kono left at 10 a.m. after the talks.", "See No. 12 of the report.", "Who spoke?"],
    "es": ["El Sr. Kono llegó ayer.", "La Dra. Gómez y el Lic. Pérez hablaron del art. 4.",
           "¿Qué dijo el ministro?", "EE.UU. y la U.E. firmaron.",
           "Dña. Ana Berg votó en contra."],
    "fr": ["M. Dupont a ouvert la séance.", "Mme. Leroy a parlé du budget.",
           "M. Dahl présente le budget.", "Selon M. Berg et le Dr. Lee, c'est trop."],
    "de": ["Der Ausschuss tagte am 4. März in Berlin.", "Frau Dr. Müller sprach z. B. darüber.",
           "Das gilt bzw. galt seit dem 1. Januar.",
           "Das Protokoll der 12. Sitzung wurde genehmigt.", "Was sagte sie?"],
    "pt": ["O Sr. Silva abriu a sessão às 10 h.", "A Dra. Souza falou sobre o art. 4 da lei."],
    "it": ["Il Sig. Rossi ha aperto la seduta.", "La prof. Bianchi ha votato contro la legge."],
    "nl": ["Dhr. De Vries opende de vergadering.", "Mevr. Jansen sprak over het geld."],
    "sv": ["Utskottet antog budgeten den 4 mars.", "Vad sade han om det?"],
    "ru": ["Г. Иванов открыл заседание в 10 ч. утра.", "В 2019 г. Совет утвердил бюджет."],
    "el": ["Η επιτροπή ενέκρινε τον προϋπολογισμό.", "Τι είπε ο κ. Παπαδόπουλος;"],
    "ja": ["外務大臣は会談した。", "予算を承認しましたか？", "費用は3.5億円である。"],
    "zh": ["委员会批准了预算。", "谁发言？", "费用为3.5万元！"],
    "ko": ["위원회는 예산을 승인했다.", "누가 말했습니까?"],
    "ar": ["وافقت اللجنة على الميزانية.", "ماذا قال الوزير؟"],
    "hi": ["समिति ने बजट को मंज़ूरी दी।", "क्या कहा गया?"],
}  # fmt: skip


@pytest.mark.parametrize("code", SENTENCES)
def test_a_record_s_sentences_are_parted_by_the_rules_of_its_language(
    code: str, encoder: SentenceTransformerEncoder
) -> None:
    sentences = SENTENCES[code]
    text = ("" if code in ("ja", "zh") else " ").join(sentences)
    assert language(text) == code
    document = lay_out(Document("a", text))
    (passage,) = chunk(document, encoder)
    assert [text[one.start : one.end] for one in passage.sentences] == sentences


def test_other_languages_are_told_from_english() -> None:
    polish = "Komisja przyjęła budżet na przyszły rok, a potem mówiła o opłatach i bibliotece. " * 4
    thai = "คณะกรรมการอนุมัติงบประมาณ"
    assert language(polish) != "en" and language(thai) == ""
    assert language("Gómez 会談 left.") == language("12 %") == language("Yes") == "en"


def test_words_of_other_languages_are_neither_mended_nor_missed(
    encoder: SentenceTransformerEncoder,
) -> None:
    text = "La comisión aprobó el presupuesto. El alcalde habló de la biblioteca."
    bot = Bot(Retriever(Index.build([Document("a", text)], encoder=encoder)), threshold=1.1)
    answer = bot.ask("¿Qué dijo el alcade de los presupuestos?")
    assert answer.standalone_question == answer.question
    assert answer.missing == ()


SPANISH = "La comisión aprobó el presupuesto del año próximo. Luego se habló de la biblioteca."


def test_an_answer_says_that_the_model_is_english(
    bot: Bot, encoder: SentenceTransformerEncoder, small_model: Path
) -> None:
    spanish = Document("a", SPANISH)
    other = Bot(Retriever(Index.build([spanish], encoder=encoder)))
    english, foreign = "What was agreed on North Korea?", "¿Qué se dijo de la biblioteca?"
    assert bot.ask(english).note == ""
    assert bot.ask(foreign).note.startswith("The question is not in English")
    assert other.ask(english).note.startswith("The record is not in English")
    note = other.ask(foreign).note
    assert note.startswith("The question and the record are not in English")
    assert note.endswith("A multilingual model can be given where meetingbot is started.")
    assert other.ask(foreign).as_dict()["note"] == note
    multilingual = SentenceTransformerEncoder(small_model)
    assert Bot(Retriever(Index.build([spanish], encoder=multilingual))).ask(foreign).note == ""


def test_a_list_of_names_above_an_english_record_leaves_it_english() -> None:
    names = "\n".join(f"H.E. Mr. Kenji Tanaka {n}, Ambassador, Japan" for n in range(120))
    text = f"{names}\n\n" + "It met in the hall and heard what the others had done. " * 200
    assert language(names) == "" and language(text) == "en"
