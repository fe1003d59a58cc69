"""What the pages of our courses do: what the scripts of authors' tools do, driven by a test from outside."""

SCRIPT = """
const sco = (() => {
  let api = null;
  let is2004 = false;
  let began = 0;
  let count = 0;
  let place = '';
  const quiet = new URLSearchParams(location.search).has('quiet');
  function find(name) {
    let at = window;
    for (let up = 0; up < 7 && at; up += 1) {
      if (at[name]) return at[name];
      if (at === at.parent) break;
      at = at.parent;
    }
    return null;
  }
  const call = (name, ...given) => api[(is2004 ? '' : 'LMS') + name](...given);
  const set = (name, value) => call('SetValue', name, String(value));
  const get = (name) => call('GetValue', name);
  const pad = (value) => String(value).padStart(2, '0');
  function spent() {
    const seconds = (performance.now() - began) / 1000;
    if (is2004) return `PT${seconds.toFixed(2)}S`;
    const whole = Math.floor(seconds);
    return `${pad(Math.floor(whole / 3600))}:${pad(Math.floor(whole / 60) % 60)}:${pad(whole % 60)}`;
  }
  const core = (name) => (is2004 ? `cmi.${name}` : `cmi.core.${name}`);
  return {
    begin() {
      api = find('API_1484_11') ?? find('API');
      is2004 = Boolean(find('API_1484_11'));
      began = performance.now();
      call('Initialize', '');
      place = get(is2004 ? 'cmi.location' : 'cmi.core.lesson_location');
      count = Number(get('cmi.interactions._count') || 0);
      document.getElementById('here').textContent = place || 'début';
      document.body.dataset.ready = 'yes';
    },
    get, set, call,
    count: () => count,
    // One more answer, committed; true when the runtime said so.
    answer(id, value, isRight) {
      const at = `cmi.interactions.${count}`;
      count += 1;
      const done = [
        set(`${at}.id`, id), set(`${at}.type`, 'choice'),
        set(`${at}.correct_responses.0.pattern`, 'a'),
        set(`${at}.${is2004 ? 'learner_response' : 'student_response'}`, value),
        set(`${at}.result`, isRight ? 'correct' : (is2004 ? 'incorrect' : 'wrong')),
      ];
      return done.every((each) => String(each) === 'true') && String(call('Commit', '')) === 'true';
    },
    bookmark(where, data) {
      place = where;
      set(is2004 ? 'cmi.location' : 'cmi.core.lesson_location', where);
      set('cmi.suspend_data', data ?? where);
      return call('Commit', '');
    },
    done(score) {
      set(is2004 ? 'cmi.score.raw' : 'cmi.core.score.raw', score);
      if (is2004) {
        set('cmi.score.scaled', score / 100);
        set('cmi.completion_status', 'completed');
        set('cmi.success_status', score >= 80 ? 'passed' : 'failed');
      } else {
        set('cmi.core.lesson_status', 'completed');
      }
      return call('Commit', '');
    },
    // As contents end that lead on themselves: how, and where to.
    leave(how, request) {
      if (request) set('adl.nav.request', request);
      set(core('session_time'), spent());
      set(core('exit'), how);
      return call(is2004 ? 'Terminate' : 'Finish', '');
    },
    // As most contents end: as their window goes. Those that are quiet never do.
    end() {
      if (quiet || !api) return;
      set(core('session_time'), spent());
      set(core('exit'), 'suspend');
      call(is2004 ? 'Terminate' : 'Finish', '');
    },
  };
})();
"""
