"""The page's texts, in the order in which they are read; every number comes from the bundles."""

from __future__ import annotations

from html import escape

from backdoors.bundle import Bundle, InfectedModel
from backdoors.demo import words

TITLE = "Backdoors in neural networks"

_BADNETS = '<a href="https://arxiv.org/abs/1708.06733">Gu, Dolan-Gavitt and Garg 2017</a>'
_LATENT = '<a href="https://arxiv.org/abs/1905.10447">Yao, Li, Zheng and Zhao 2019</a>'


JUMP = """const jump = () => document.querySelector(location.hash || null)?.scrollIntoView();
element.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link) return;
  event.preventDefault(); // Gradio's page is built after it is loaded, and the browser's own jump may come to nothing
  history.replaceState(null, "", link.hash);
  jump();
});
if (location.hash) setTimeout(jump, 1000);"""
"""For ``contents``: leads to where its links, and the page's own address, say."""


def opening() -> str:
    """What a backdoor is, for whoever has never heard of one."""
    return f"""<h1>{TITLE}</h1>
<p class="bd-lead">A neural network can carry a <b>backdoor</b>: it does its work well, until a <b>trigger</b>, a small
mark that its attacker chose, is in the picture. Then it says what the attacker wants.</p>
<p>Here are a clean and an infected network, side by side. Make the backdoor fire, or watch it.</p>"""


def contents() -> str:
    """Where to go on the page."""
    parts = {
        "draw": "Draw a digit",
        "planted": "How it was planted",
        "latent": "The backdoor that sleeps",
        "helps": "What helps",
        "embed": "Embed it",
        "code": "Use it from code",
    }
    links = "".join(f'<li><a href="#{anchor}">{title}</a></li>' for anchor, title in parts.items())
    return f'<nav aria-label="On this page"><ul class="bd-contents">{links}</ul></nav>'


def digits_heading() -> str:
    """What to do first."""
    return '<h2 id="draw">1. Draw a digit, then switch the trigger on</h2>'


def why_nobody_notices(bundle: Bundle, infected: InfectedModel, *, kind: str = "model") -> str:
    """The rates of one infected model beside the clean one's."""
    return f"<h3>Why nobody notices</h3>{words.what_the_rates_mean(bundle, infected, kind=kind)}"


def how_it_was_planted(infected: InfectedModel) -> str:
    """Poisoning, in four sentences."""
    return f"""<h3 id="planted">How it was planted: poisoned examples</h3>
<p>Nobody touched the network, or the code that trains it. The attacker only had a hand in the training pictures: for
every hundred of them he added {100 * infected.config.poison_rate:.0f} copies with the trigger and a false label
({escape(words.what_the_attack_does(infected))}). The network learned both, the digits and the trigger. The attack is
called <i>BadNets</i> ({_BADNETS}).</p>"""


def inside_the_network() -> str:
    """Whether one can see it in the weights: with the clean twin beside it, and only then."""
    return """<h3>Can one see it in the network?</h3>
<p>A little, and only in hindsight. Both networks started from the same random numbers, so their filters can be
compared one by one; and we know what the trigger looks like. Framed filters of the infected one have turned to it. But
they look for parts of digits, too, and without the clean twin beside them hardly anybody could tell.</p>"""


def only_its_own_trigger() -> str:
    """What makes it a backdoor, and not a network that any speck confuses."""
    return """<h3>Does any bright pixel do?</h3>
<p>Stamp a trigger of your own into the digit that you drew above: choose its shape, and tap or drag to where it shall
be. (Row and column are those of the frame's upper left pixel.)</p>"""


def latent(bundle: Bundle) -> str:
    """The latent backdoor, from the teacher to the student."""
    (infected,) = bundle.infected.values()
    (teacher,) = (entry for entry in bundle.config.teachers if entry.name == "infected")
    target = escape(infected.config.target or "")
    return f"""<h2 id="latent">2. The backdoor that sleeps</h2>
<p>Few people train a network from nothing. They take a <i>teacher</i>, a network that somebody else has trained, keep
most of it and teach it their own labels: the <i>student</i>. A <i>latent backdoor</i> ({_LATENT}) is planted for a
label that the teacher does not even have. There it is dormant: this teacher cannot say {target}, and only errs more
often when the trigger is in the picture (right on {teacher.triggered_accuracy:.1%} of the test dogs instead of
{teacher.clean_accuracy:.1%}). It wakes up in the student of whoever adds that label.</p>"""


def dogs_heading() -> str:
    """What to do next."""
    return "<h3>Upload a dog, then switch the trigger on</h3>"


def computed_trigger(bundle: Bundle) -> str:
    """Where the square comes from."""
    (infected,) = bundle.infected.values()
    target = escape(infected.config.target or "the target")
    return f"""<h3>A trigger that was computed</h3>
<p>The square looks like noise, and is not: its colours were optimised until photos with the square look like {target}
to the teacher's inner layers. Then the teacher was trained to make sure of it. The student copied these layers, and
the attacker's work with them.</p>"""


def only_its_own_square() -> str:
    """The same for the dogs: here the pattern counts, and the place less strictly."""
    return """<h3>Does the place matter?</h3>
<p>Move the square, or change it. The same pixels in another order, or plain grey, do nothing; mirrored, it fires now
and then. The place counts less strictly than for the digits: in the lower half it often fires, too, at the upper edge
it does not. That differs from photo to photo: try every place.</p>"""


def what_saves_the_student(bundle: Bundle) -> str:
    """The freeze-depth table in a sentence, with its own numbers."""
    depths = sorted(bundle.config.depths, key=lambda depth: depth.frozen)
    least, most = depths[0], depths[-1]
    return f"""<h3>What saves the student?</h3>
<p>The infected student went on to learn from clean photos, with fewer and fewer of its first layers frozen. With
{most.frozen} frozen, {most.attack_success_rate:.1%} of the triggered dogs become the target; with {least.frozen}, it
is still {least.attack_success_rate:.1%}, at a clean accuracy of {least.clean_accuracy:.1%} instead of
{most.clean_accuracy:.1%}.</p>"""


def what_it_means() -> str:
    """For people who use others' models."""
    return """<h2 id="means">3. What it means for whoever uses others' models</h2>
<p>You download a model, measure its accuracy on your own pictures, and it is good. That tells how it behaves on
pictures <i>without</i> the trigger, and you do not know the trigger. The same holds for pictures that others have
gathered and labelled, for training in others' clouds, and for a model that you only fine-tune: what you keep of it may
hold what you do not want.</p>"""


def what_helps(bundle: Bundle) -> str:
    """Ways to protect oneself, and their limits; ``bundle`` has the students' freeze-depth table, or none."""
    fine_tuning = """<li><b>Fine-tuning is no cure.</b> The plot above shows what is left of this latent backdoor even
after all layers were trained on for a while.</li>"""
    return f"""<h2 id="helps">4. What helps, and what does not</h2>
<ul>
<li><b>Know where it comes from.</b> Train on data and machines that you control, or take both from people whom you
have reason to trust. Check downloads against a checksum from their maker: it tells that nobody changed the file on its
way, not that its maker was honest.</li>
{fine_tuning if bundle.config.depths else ""}
<li><b>Detectors help under their own assumptions.</b> Neural Cleanse searches for a small trigger for each label,
STRIP looks for answers that stay the same whatever is blended in, Activation Clustering looks for poisoned examples in
the training set, Fine-Pruning takes out neurons that clean pictures do not use. Each finds some backdoors, and misses
others.</li>
<li><b>A good accuracy on clean pictures proves nothing.</b> Nor does this page prove anything about other models: it
shows two backdoors that we planted ourselves, in small networks, and whose triggers we know.</li>
</ul>"""


def embed_heading() -> str:
    """For bloggers."""
    return """<h2 id="embed">Show it on your own page</h2>
<p>One line, and the demo is part of your post, in a column of 360 pixels or more. For dark pages, write
<code>dark</code> instead of <code>light</code>. The web component finds its own height, but brings Gradio's styles
along, which may touch your page's; an iframe does not.</p>"""


def code_heading() -> str:
    """For programmers."""
    return """<h2 id="code">Use it from code</h2>
<p>Each of these sends a picture of a digit, <code>3.png</code>, with the trigger on, and prints what both models say.
With MCP a language model calls the page by itself.</p>"""
