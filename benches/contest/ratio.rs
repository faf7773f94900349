//! The lines that scripts/bench.sh makes its table of: ours beside another program, run by run.

/// What these lines begin with; the rest is a row of a Markdown table.
const MARK: &str = "= ";

/// Prints how many times as long (or as much) the other program took as ours: of each run, then the least, the middle
/// and the greatest of these. Runs that stand at the same place were made one right after the other.
pub fn print(what: &str, unit: &str, ours: &[f64], theirs: &[f64]) {
    let ratios: Vec<f64> = ours.iter().zip(theirs).map(|(ours, theirs)| theirs / ours).collect();
    if ratios.is_empty() {
        return;
    }
    let [least, middle, most] = spread(&ratios).map(short);
    let [ours, theirs] = [ours, theirs].map(|values| {
        let middle = format!("{} {unit}", short(spread(values)[1]));
        middle.trim_end().to_owned()
    });
    let runs = ratios.len();
    println!(
        "{MARK}| {what:<72} | {ours:>12} | {theirs:>12} | {least:>6} | {middle:>6} | {most:>6} | {runs:>4} |"
    );
}

/// The least, the middle and the greatest.
pub fn spread(values: &[f64]) -> [f64; 3] {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    [values[0], values[values.len() / 2], values[values.len() - 1]]
}

/// Three figures, or as many as stand before the point; a count as it is.
fn short(value: f64) -> String {
    let places = match value {
        10.0.. if value.fract() == 0.0 => 0,
        100.0.. => 0,
        10.0.. => 1,
        _ => 2,
    };
    format!("{value:.places$}")
}
